package fastvit4j.model.tensor;

import fastvit4j.model.UserException;
import fastvit4j.model.io.MappedMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * A named, immutable tensor of a checkpoint: row-major, little-endian, in the shape PyTorch stores
 * it in (a convolution's weight is [out, in / groups, height, width]). The elements may be mapped
 * from a file, computed when first asked for, or absent, where only names and shapes are of
 * interest.
 */
public final class Tensor {
  private final String name;
  private final DType dtype;
  private final int[] shape;
  private final Supplier<MemorySegment> source;
  private final boolean computed;
  private final ScaledElements scaled;
  private volatile MemorySegment data;

  private Tensor(String name, DType dtype, int[] shape, Supplier<MemorySegment> source) {
    this(name, dtype, shape, source, false, null);
  }

  private Tensor(
      String name,
      DType dtype,
      int[] shape,
      Supplier<MemorySegment> source,
      boolean computed,
      ScaledElements scaled) {
    this.name = name;
    this.dtype = dtype;
    this.shape = shape.clone();
    this.source = source;
    this.computed = computed;
    this.scaled = scaled;
  }

  /** A tensor over bytes that exist, row-major and little-endian. */
  public static Tensor of(String name, DType dtype, int[] shape, MemorySegment data) {
    long expected = Math.multiplyExact(count(shape), dtype.bytes());
    if (data.byteSize() != expected) {
      throw new IllegalArgumentException(
          name
              + ": "
              + data.byteSize()
              + " bytes for "
              + expected
              + " of "
              + dtype
              + Arrays.toString(shape));
    }
    MemorySegment readOnly = data.asReadOnly();
    Tensor tensor = new Tensor(name, dtype, shape, () -> readOnly);
    tensor.data = readOnly;
    return tensor;
  }

  /** A tensor whose bytes are made when they are first asked for, once. */
  public static Tensor lazy(String name, DType dtype, int[] shape, Supplier<MemorySegment> source) {
    return new Tensor(name, dtype, shape, source);
  }

  /** The same for bytes that are quickly made: after {@link #unload} they are made again. */
  public static Tensor computed(
      String name, DType dtype, int[] shape, Supplier<MemorySegment> source) {
    return new Tensor(name, dtype, shape, source, true, null);
  }

  /**
   * A float64 tensor: another one's elements, each times its row's factor. It is computed piece by
   * piece, as it is copied, and as often.
   *
   * @param name the new tensor's name
   * @param tensor what is scaled
   * @param factors one for each index of dimension 0; asked for with the first elements
   */
  public static Tensor rowsScaled(String name, Tensor tensor, Supplier<double[]> factors) {
    return scaled(name, tensor, new ScaledElements(tensor, true, factors));
  }

  /**
   * The same with a factor for each column.
   *
   * @param name the new tensor's name
   * @param tensor what is scaled
   * @param factors one for each index of all dimensions but the first together
   */
  public static Tensor columnsScaled(String name, Tensor tensor, Supplier<double[]> factors) {
    return scaled(name, tensor, new ScaledElements(tensor, false, factors));
  }

  private static Tensor scaled(String name, Tensor tensor, ScaledElements elements) {
    return new Tensor(
        name,
        DType.F64,
        tensor.shape,
        () -> MemorySegment.ofArray(elements.toDoubles()),
        true,
        elements);
  }

  /** A float64 tensor. */
  public static Tensor of(String name, double[] values, int... shape) {
    MemorySegment bytes = Arena.ofAuto().allocate(8L * values.length, 8);
    MemorySegment.copy(values, 0, bytes, Elements.F64, 0, values.length);
    return of(name, DType.F64, shape, bytes);
  }

  /** A float32 tensor. */
  public static Tensor of(String name, float[] values, int... shape) {
    MemorySegment bytes = Arena.ofAuto().allocate(4L * values.length, 8);
    MemorySegment.copy(values, 0, bytes, Elements.F32, 0, values.length);
    return of(name, DType.F32, shape, bytes);
  }

  /** A tensor of which only name and shape are known; asking for its elements is an error. */
  public static Tensor shapeOnly(String name, int... shape) {
    return new Tensor(
        name,
        DType.F32,
        shape,
        () -> {
          throw new IllegalStateException(
              "tensor " + name + " has no values: its graph was built from shapes alone");
        });
  }

  /** The name in the checkpoint, for example {@code stem.0.conv_kxk.0.conv.weight}. */
  public String name() {
    return name;
  }

  /** The element type. */
  public DType dtype() {
    return dtype;
  }

  /** The extents, outermost first; empty for a scalar. */
  public int[] shape() {
    return shape.clone();
  }

  /** The number of dimensions. */
  public int rank() {
    return shape.length;
  }

  /** Extent of dimension {@code i}. */
  public int dim(int i) {
    return shape[i];
  }

  /** Whether the shape is the given one. */
  public boolean hasShape(int... expected) {
    return Arrays.equals(shape, expected);
  }

  /** The number of elements. */
  public long elements() {
    return count(shape);
  }

  /** The number of bytes. */
  public long byteSize() {
    return elements() * dtype.bytes();
  }

  /** The bytes, read-only, row-major and little-endian. */
  public MemorySegment data() {
    MemorySegment bytes = data;
    if (bytes == null) {
      synchronized (this) {
        bytes = data;
        if (bytes == null) {
          bytes = source.get().asReadOnly();
          data = bytes;
        }
      }
    }
    return bytes;
  }

  /** Element {@code i} in row-major order, widened without loss except for I64 beyond 2⁵³. */
  public double getDouble(long i) {
    MemorySegment bytes = data();
    return switch (dtype) {
      case F64 -> bytes.getAtIndex(Elements.F64, i);
      case F32 -> bytes.getAtIndex(Elements.F32, i);
      case F16 -> Float.float16ToFloat(bytes.getAtIndex(Elements.I16, i));
      case BF16 -> Float.intBitsToFloat(bytes.getAtIndex(Elements.I16, i) << 16);
      case I64 -> bytes.getAtIndex(Elements.I64, i);
      case I32 -> bytes.getAtIndex(Elements.I32, i);
      case U8 -> Byte.toUnsignedInt(bytes.get(ValueLayout.JAVA_BYTE, i));
    };
  }

  /** Element {@code i} in row-major order, rounded to float32. */
  public float getFloat(long i) {
    return dtype == DType.F32 ? data().getAtIndex(Elements.F32, i) : (float) getDouble(i);
  }

  /**
   * All elements as float64.
   *
   * @throws UserException if the tensor lies in a file that has become shorter or unreadable
   */
  public double[] toDoubles() {
    return scaled != null && data == null
        ? scaled.toDoubles()
        : reading(() -> Elements.toDoubles(this));
  }

  /**
   * All elements as float32, rounded to nearest.
   *
   * @throws UserException if the tensor lies in a file that has become shorter or unreadable
   */
  public float[] toFloats() {
    return reading(() -> Elements.toFloats(this));
  }

  /**
   * Fills an array with the elements from number {@code first} on as float32, rounded to nearest.
   *
   * @throws UserException if the tensor lies in a file that has become shorter or unreadable
   */
  public void copyTo(long first, float[] to) {
    if (scaled != null && data == null) {
      scaled.copyTo(first, to);
      return;
    }
    reading(
        () -> {
          Elements.copy(this, first, to);
          return to;
        });
  }

  /**
   * Fills an array with the elements from number {@code first} on as float64.
   *
   * @throws UserException if the tensor lies in a file that has become shorter or unreadable
   */
  public void copyTo(long first, double[] to) {
    if (scaled != null && data == null) {
      scaled.copyTo(first, to);
      return;
    }
    reading(
        () -> {
          Elements.copy(this, first, to);
          return to;
        });
  }

  /**
   * Says that the elements are not needed for some time: those of a mapped file leave this
   * process's memory until they are read again, and {@link #computed} ones, until they are computed
   * again.
   */
  public void unload() {
    MemorySegment bytes = data;
    if (bytes != null && bytes.isMapped()) {
      bytes.unload();
    }
    if (computed) {
      data = null;
    }
    if (scaled != null) {
      scaled.unload();
    }
  }

  /** Whether all elements are numbers of float32. */
  boolean isExactAsFloat32() {
    return dtype == DType.F32 || dtype == DType.F16 || dtype == DType.BF16;
  }

  private <T> T reading(Supplier<T> work) {
    return MappedMemory.reading(
        work,
        e ->
            new UserException(
                "the file that tensor "
                    + name
                    + " lies in changed or became unreadable while in use; copy it again",
                e));
  }

  /** The same elements under another name. */
  public Tensor withName(String newName) {
    return newName.equals(name) ? this : new Tensor(newName, dtype, shape, this::data);
  }

  /** The same elements, in the same order, in another shape of the same number of elements. */
  public Tensor withShape(int... newShape) {
    if (count(newShape) != elements()) {
      throw new IllegalArgumentException(
          name + ": cannot see " + Arrays.toString(shape) + " as " + Arrays.toString(newShape));
    }
    return new Tensor(name, dtype, newShape, this::data);
  }

  /** For example {@code stem.0.reparam_conv.weight F32 [48, 3, 3, 3]}. */
  @Override
  public String toString() {
    return name + " " + dtype + " " + Arrays.toString(shape);
  }

  private static long count(int[] shape) {
    long elements = 1;
    for (int extent : shape) {
      elements = Math.multiplyExact(elements, (long) extent);
    }
    return elements;
  }
}
