package fastvit4j.runtime.tornado;

import fastvit4j.model.tensor.Tensor;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The weights of a session in the kernels' layouts, made once and shared by the plans of all
 * shapes.
 */
final class WeightStore {
  private final Arena arena;
  private final Map<Key, FloatArray> made = new HashMap<>();
  private final Map<Integer, FloatArray> zeros = new HashMap<>();

  /** A tensor in a layout. */
  private record Key(Tensor tensor, String layout) {}

  /** A store whose arrays the garbage collector frees. */
  WeightStore() {
    this(Arena.ofAuto());
  }

  /** A store whose arrays are the arena's. */
  WeightStore(Arena arena) {
    this.arena = arena;
  }

  /** The array made from a tensor, in the one layout that the kernels of its operator read. */
  FloatArray of(Tensor tensor, Supplier<float[]> maker) {
    return of(tensor, "", maker);
  }

  /** The array made from a tensor in a layout, named so as to differ from its other layouts. */
  FloatArray of(Tensor tensor, String layout, Supplier<float[]> maker) {
    return made.computeIfAbsent(new Key(tensor, layout), _ -> HostArrays.of(arena, maker.get()));
  }

  /** A vector of zeros. */
  FloatArray zeros(int elements) {
    return zeros.computeIfAbsent(elements, n -> HostArrays.zeros(arena, n));
  }

  /** Bytes of all arrays. */
  long bytes() {
    return 4L
        * (made.values().stream().mapToLong(FloatArray::getSize).sum()
            + zeros.values().stream().mapToLong(FloatArray::getSize).sum());
  }

  /** Bytes of the largest array. */
  long largest() {
    return 4L * made.values().stream().mapToInt(FloatArray::getSize).max().orElse(0);
  }
}
