package fastvit4j.runtime.tornado;

import fastvit4j.model.UserException;
import fastvit4j.model.tensor.Tensor;
import fastvit4j.runtime.Precision;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * The weights of a session in the kernels' layouts, made once and shared by the plans of all
 * shapes.
 */
final class WeightStore {
  private final Arena arena;
  private final Map<Key, FloatArray> made = new HashMap<>();
  private final Map<Integer, FloatArray> zeros = new HashMap<>();
  private final IdentityHashMap<FloatArray, Tensor> tensors = new IdentityHashMap<>();
  private final IdentityHashMap<FloatArray, HalfFloatArray> halves = new IdentityHashMap<>();

  /** What stands for every array where no weights are made; else null. */
  private final FloatArray nothing;

  /** A tensor in a layout. */
  private record Key(Tensor tensor, String layout) {}

  /** A store whose arrays the garbage collector frees. */
  WeightStore() {
    this(Arena.ofAuto());
  }

  /** A store whose arrays are the arena's. */
  WeightStore(Arena arena) {
    this(arena, null);
  }

  private WeightStore(Arena arena, FloatArray nothing) {
    this.arena = arena;
    this.nothing = nothing;
  }

  /** Made when it is first asked for, as TornadoVM's classes must not be loaded before. */
  private static final class Nothing {
    static final FloatArray ARRAY = new FloatArray(1);
  }

  /** A store that makes nothing, for tasks that are looked at and never run. */
  static WeightStore ofNothing() {
    return new WeightStore(Arena.global(), Nothing.ARRAY);
  }

  /** The array made from a tensor, in the one layout that the kernels of its operator read. */
  FloatArray of(Tensor tensor, Supplier<float[]> maker) {
    return of(tensor, "", maker);
  }

  /** The array made from a tensor in a layout, named so as to differ from its other layouts. */
  FloatArray of(Tensor tensor, String layout, Supplier<float[]> maker) {
    if (nothing != null) {
      return nothing;
    }
    return made.computeIfAbsent(
        new Key(tensor, layout),
        _ -> {
          FloatArray array = HostArrays.of(arena, maker.get());
          tensors.put(array, tensor);
          return array;
        });
  }

  /**
   * What a kernel for float16 is given in the place of an array of this store: the nearest float16
   * numbers if the tensor has two dimensions or more. Vectors, biases and the like, stay float32:
   * they are small, and a rounding more would cost exactness for nothing.
   *
   * @throws UserException if a number is too large for float16
   */
  TornadoNativeArray half(FloatArray array) {
    Tensor tensor = tensors.get(array);
    return tensor == null || tensor.rank() < 2
        ? array
        : halves.computeIfAbsent(array, _ -> rounded(array, tensor));
  }

  private HalfFloatArray rounded(FloatArray array, Tensor tensor) {
    HalfFloatArray rounded =
        (HalfFloatArray) HostArrays.zeros(arena, array.getSize(), Precision.FLOAT16);
    for (int i = 0; i < array.getSize(); i++) {
      HalfFloat half = new HalfFloat(array.get(i));
      if (Float.isInfinite(half.getFloat32())) {
        throw new UserException(
            "tensor "
                + tensor.name()
                + " has the value "
                + array.get(i)
                + ", which is too large for float16: take --precision float32");
      }
      rounded.set(i, half);
    }
    return rounded;
  }

  /** A vector of zeros. */
  FloatArray zeros(int elements) {
    return nothing != null
        ? nothing
        : zeros.computeIfAbsent(elements, n -> HostArrays.zeros(arena, n));
  }

  private Stream<TornadoNativeArray> all() {
    return Stream.of(
            made.values().stream().filter(array -> !halves.containsKey(array)),
            halves.values().stream(),
            zeros.values().stream())
        .flatMap(arrays -> arrays);
  }

  /** Bytes of all arrays; one that has been rounded to float16 counts as that. */
  long bytes() {
    return all().mapToLong(TornadoNativeArray::getNumBytesOfSegment).sum();
  }

  /** Bytes of the largest array. */
  long largest() {
    return all().mapToLong(TornadoNativeArray::getNumBytesOfSegment).max().orElse(0);
  }
}
