package fastvit4j.tests.golden;

/** How far logits may be off float64 where no golden file says how far PyTorch's float32 is. */
public final class Parity {
  /** A device may be off by so many times PyTorch's own float32 error. */
  static final double TIMES_PYTORCH = 4;

  private static final double RELATIVE =
      Golden.all().stream()
          .mapToDouble(golden -> golden.float32Error() / golden.largestLogit())
          .max()
          .orElseThrow();

  private Parity() {}

  /**
   * The error allowed for logits of which the largest is as given: four times PyTorch's relative
   * float32 error on those golden files where it is largest (6.4 · 10⁻⁷, about 11 units of
   * roundoff).
   */
  public static double allowed(double largestLogit) {
    return TIMES_PYTORCH * RELATIVE * largestLogit;
  }
}
