package fastvit4j.reparam;

import fastvit4j.model.operator.Shape;
import java.util.List;

/**
 * What a {@link Verifier} found.
 *
 * @param input the shape of the random input
 * @param seed what it was drawn from
 * @param outputs the graph before the first pass against the graph after the last, one for each
 *     output
 * @param passes the same for each pass that changed something, in order
 */
public record Verification(
    Shape input, long seed, List<Difference> outputs, List<PassDifferences> passes) {
  /**
   * The largest relative difference that rounding explains. Folding changes only the order of
   * additions and products: a sum of n terms moves by at most n · 2⁻⁵³ of its terms' magnitudes.
   * With at most 2¹² terms in a sum and 2⁶ layers that is 3·10⁻¹¹; terms that cancel take some of
   * it back. A mistake in a pass is about 10⁻⁵ (a forgotten eps) at the least.
   */
  public static final double TOLERANCE = 1e-9;

  /** Copies the lists. */
  public Verification {
    outputs = List.copyOf(outputs);
    passes = List.copyOf(passes);
  }

  /** Whether every output is the same up to rounding, over all passes and for each. */
  public boolean holds() {
    return agree(outputs) && passes.stream().allMatch(pass -> agree(pass.outputs()));
  }

  /** The output that differs most. */
  public Difference worst() {
    return worst(outputs);
  }

  static Difference worst(List<Difference> differences) {
    return differences.stream()
        .reduce((a, b) -> b.relative() > a.relative() || Double.isNaN(b.relative()) ? b : a)
        .orElseThrow();
  }

  static boolean agree(List<Difference> differences) {
    return differences.stream().allMatch(difference -> difference.relative() <= TOLERANCE);
  }

  /**
   * One pass.
   *
   * @param pass its name
   * @param outputs the graph before against the graph after, one for each output
   * @param folds the values that folds replaced against their replacements, in the order of the
   *     step's folds
   */
  public record PassDifferences(String pass, List<Difference> outputs, List<Difference> folds) {
    /** Copies the lists. */
    public PassDifferences {
      outputs = List.copyOf(outputs);
      folds = List.copyOf(folds);
    }
  }
}
