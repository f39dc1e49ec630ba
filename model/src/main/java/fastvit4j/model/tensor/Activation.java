package fastvit4j.model.tensor;

import fastvit4j.model.operator.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A float32 activation in memory, on the Java heap or off it, laid out NHWC: what goes into a
 * session and what comes out of it. Element (n, y, x, c) stands at index {@code ((n · H + y) · W +
 * x) · C + c}.
 *
 * @param shape batch, height, width and channels
 * @param data {@code 4 · shape.elements()} bytes in the machine's own byte order
 */
public record Activation(Shape shape, MemorySegment data) {
  /** Checks that the memory holds the shape. */
  public Activation {
    if (data.byteSize() != 4L * shape.elements()) {
      throw new IllegalArgumentException(data.byteSize() + " bytes for an activation of " + shape);
    }
  }

  /**
   * A new activation of zeros on the Java heap: for what is made anew again and again. Memory
   * outside it that the collector has to free is rarely freed, as the collector does not see how
   * much there is.
   */
  public static Activation onHeap(Shape shape) {
    return new Activation(shape, MemorySegment.ofArray(new float[shape.elements()]));
  }

  /** A new activation of zeros off the heap, freed by the garbage collector. */
  public static Activation allocate(Shape shape) {
    return new Activation(shape, Arena.ofAuto().allocate(4L * shape.elements(), 64));
  }

  /** The activation that holds what an NCHW tensor of rank 4 holds. */
  public static Activation fromNchw(Tensor tensor) {
    if (tensor.rank() != 4) {
      throw new IllegalArgumentException(tensor + " has no NCHW layout: it must have 4 dimensions");
    }
    Shape shape = new Shape(tensor.dim(0), tensor.dim(2), tensor.dim(3), tensor.dim(1));
    Activation activation = allocate(shape);
    int plane = shape.h() * shape.w();
    for (int n = 0; n < shape.n(); n++) {
      for (int c = 0; c < shape.c(); c++) {
        long from = (long) (n * shape.c() + c) * plane;
        for (int p = 0; p < plane; p++) {
          activation.set((n * plane + p) * shape.c() + c, tensor.getFloat(from + p));
        }
      }
    }
    return activation;
  }

  /** The same values as an NCHW tensor of rank 4. */
  public Tensor toNchw(String name) {
    float[] values = new float[shape.elements()];
    int plane = shape.h() * shape.w();
    for (int n = 0; n < shape.n(); n++) {
      for (int p = 0; p < plane; p++) {
        for (int c = 0; c < shape.c(); c++) {
          values[(n * shape.c() + c) * plane + p] = get((n * plane + p) * shape.c() + c);
        }
      }
    }
    return Tensor.of(name, values, shape.n(), shape.c(), shape.h(), shape.w());
  }

  /** Element {@code index} in NHWC order. */
  public float get(int index) {
    return data.getAtIndex(ValueLayout.JAVA_FLOAT, index);
  }

  /** Sets element {@code index} in NHWC order. */
  public void set(int index, float value) {
    data.setAtIndex(ValueLayout.JAVA_FLOAT, index, value);
  }

  /** Image {@code n} of the batch, a view of the same memory. */
  public Activation image(int n) {
    Shape one = shape.withBatch(1);
    long bytes = 4L * one.elements();
    return new Activation(one, data.asSlice(n * bytes, bytes));
  }

  /** All elements in NHWC order. */
  public float[] toFloats() {
    return data.toArray(ValueLayout.JAVA_FLOAT);
  }
}
