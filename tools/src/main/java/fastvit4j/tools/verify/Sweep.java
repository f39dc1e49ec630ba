package fastvit4j.tools.verify;

import java.util.List;
import java.util.stream.Stream;

/**
 * The shapes that every operator is tried at on every device: odd sizes, one pixel, one channel,
 * strides, batches, and the fusions that a plan may make.
 */
public final class Sweep {
  private Sweep() {}

  /** All cases, always the same ones. */
  public static List<Case> cases() {
    return Stream.of(OperatorCases.all(), ConvolutionCases.all(), FusionCases.all())
        .flatMap(List::stream)
        .toList();
  }
}
