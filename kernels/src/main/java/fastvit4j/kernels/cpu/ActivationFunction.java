package fastvit4j.kernels.cpu;

/** A function that is applied element by element. */
public enum ActivationFunction {
  /** {@code x}. */
  NONE,
  /** {@code x · ½ (1 + erf(x / √2))}. */
  GELU,
  /** {@code max(x, 0)}. */
  RELU,
  /** {@code x / (1 + e⁻ˣ)}. */
  SILU
}
