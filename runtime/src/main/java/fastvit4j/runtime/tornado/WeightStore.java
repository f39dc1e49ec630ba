package fastvit4j.runtime.tornado;

import fastvit4j.model.tensor.Tensor;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The weights of a session in the kernels' layouts, made once and shared by the plans of all
 * shapes.
 */
final class WeightStore {
  private final Map<Tensor, FloatArray> made = new HashMap<>();
  private final Map<Integer, FloatArray> zeros = new HashMap<>();

  /** The array made from a tensor. */
  FloatArray of(Tensor tensor, Supplier<FloatArray> maker) {
    return made.computeIfAbsent(tensor, _ -> maker.get());
  }

  /** A vector of zeros. */
  FloatArray zeros(int elements) {
    return zeros.computeIfAbsent(elements, n -> FloatArray.fromArray(new float[n]));
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
