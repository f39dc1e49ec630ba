package fastvit4j.runtime.tornado;

/** What a library's matrix product does to its sums before it writes them. */
public enum LibraryEpilogue {
  /** Nothing. */
  NONE,
  /** An element of the bias is added for each output channel. */
  BIAS,
  /** The bias, then the exact GELU, {@code x · ½ (1 + erf(x / √2))}. */
  BIAS_GELU,
  /** The bias, then GELU's approximation, {@code x · ½ (1 + tanh(√(2/π) (x + 0.044715 x³)))}. */
  BIAS_TANH_GELU;

  /** Whether a bias is added. */
  public boolean hasBias() {
    return this != NONE;
  }

  /** Whether GELU is applied, exact or not. */
  public boolean hasGelu() {
    return this == BIAS_GELU || this == BIAS_TANH_GELU;
  }
}
