package fastvit4j.model.checkpoint;

import fastvit4j.model.tensor.Tensor;
import fastvit4j.model.tensor.Weights;
import java.util.Arrays;

/**
 * {@link SyntheticWeights}, every normalisation's weight times 0.7, for comparisons of whole
 * networks in float32. Where the branches of a block are added without LayerScale, as in MobileOne,
 * each block of synthetic weights lets activations grow; in MobileOne-S4 the squeeze-excite's gates
 * then become the sigmoids of numbers of ±10⁴, which are 0 or 1 by the last bits of what they come
 * from, and PyTorch's own float32 is off float64 by 14 % of a stage's largest element. With these
 * weights it is off by 2 · 10⁻⁷.
 *
 * @param seed chooses one of 2⁶⁴ networks
 */
public record DampedWeights(long seed) implements Weights {
  private static final double FACTOR = 0.7;

  /**
   * The tensor of that name and shape.
   *
   * @throws IllegalArgumentException if no role follows from the name
   */
  @Override
  public Tensor tensor(String name, int... shape) {
    Tensor tensor = new SyntheticWeights(seed).tensor(name, shape);
    if (shape.length != 1 || !name.endsWith(".weight")) {
      return tensor;
    }
    double[] values = tensor.toDoubles();
    Arrays.setAll(values, i -> FACTOR * values[i]);
    return Tensor.of(name, values, shape);
  }
}
