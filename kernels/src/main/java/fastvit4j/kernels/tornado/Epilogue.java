package fastvit4j.kernels.tornado;

import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * What a kernel does to a result before writing it, and the scalar functions that do it. The
 * methods are inlined into the kernels by TornadoVM's compiler: each has one result variable and no
 * early return.
 */
public final class Epilogue {
  /** No activation. */
  public static final int NONE = 0;

  /** The exact Gaussian error linear unit. */
  public static final int GELU = 1;

  /** {@code max(x, 0)}. */
  public static final int RELU = 2;

  /** {@code x / (1 + e⁻ˣ)}. */
  public static final int SILU = 3;

  private static final float INV_SQRT2 = 0.70710677f;

  private Epilogue() {}

  /**
   * The activation of {@code kind}, one of the constants above; a constant when the kernel is
   * compiled, so that one remains.
   */
  public static float activate(float x, int kind) {
    float y = x;
    if (kind == GELU) {
      y = gelu(x);
    }
    if (kind == RELU) {
      y = TornadoMath.max(x, 0.0f);
    }
    if (kind == SILU) {
      y = x * sigmoid(x);
    }
    return y;
  }

  /**
   * {@code y[row, col] = act(sum + bias[col] + residual[row, col])}, or nothing where a tile ends
   * outside of y.
   */
  static void store(
      FloatArray bias,
      FloatArray residual,
      FloatArray y,
      int row,
      int col,
      int rows,
      int cols,
      int hasResidual,
      int activation,
      float sum) {
    if (row < rows && col < cols) {
      float value = sum + bias.get(col);
      if (hasResidual == 1) {
        value += residual.get(row * cols + col);
      }
      y.set(row * cols + col, activate(value, activation));
    }
  }

  /** {@code x · ½ (1 + erf(x / √2))}. */
  public static float gelu(float x) {
    return 0.5f * x * (1.0f + erf(x * INV_SQRT2));
  }

  /** {@code 1 / (1 + e⁻ˣ)}. */
  public static float sigmoid(float x) {
    return 1.0f / (1.0f + TornadoMath.exp(-x));
  }

  /**
   * The error function. Below 0.9277 an odd polynomial, above it {@code 1 − exp(polynomial)}; both
   * are minimax approximations in float32 by N. Juffa, within 2 units in the last place without
   * fused multiply-add.
   */
  public static float erf(float x) {
    float t = TornadoMath.min(TornadoMath.abs(x), 4.0f);
    float s = t * t;
    float near = -5.967617e-4f;
    near = near * s + 0.0049911942f;
    near = near * s - 0.026768135f;
    near = near * s + 0.112819925f;
    near = near * s - 0.37612534f;
    near = near * s + 0.12837917f;
    near = near * t + t;
    float far = -1.7285347e-5f * t + 3.8319713e-4f;
    float low = -0.0038839644f * t + 0.024254622f;
    far = far * s + low;
    far = far * t - 0.10677788f;
    far = far * t - 0.6348467f;
    far = far * t - 0.12871751f;
    far = far * t - t;
    far = 1.0f - TornadoMath.exp(far);
    float magnitude = t > 0.9277344f ? far : near;
    return x < 0.0f ? -magnitude : magnitude;
  }
}
