package fastvit4j.kernels.cpu;

/**
 * What is computed on an operator's result before it is stored: {@code y = activation(result +
 * residual)}.
 *
 * @param residual whether an activation of the output's shape is added
 * @param activation the function applied last
 */
public record Epilogue(boolean residual, ActivationFunction activation) {
  /** Nothing. */
  public static final Epilogue NONE = new Epilogue(false, ActivationFunction.NONE);

  /** Whether the result is stored as it is. */
  public boolean isNone() {
    return !residual && activation == ActivationFunction.NONE;
  }
}
