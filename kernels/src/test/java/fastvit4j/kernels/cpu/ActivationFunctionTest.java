package fastvit4j.kernels.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Activation functions over their whole range. */
class ActivationFunctionTest {
  private static final double ULP = 0x1p-23;

  /** From −100 to 100, denser near 0, both zeros, and tiny values. */
  private static float[] range() {
    float[] x = new float[200_000];
    for (int i = 0; i < x.length; i++) {
      double u = 2.0 * i / (x.length - 1) - 1;
      x[i] = (float) (100 * u * u * u);
    }
    x[0] = 0;
    x[1] = -0f;
    x[2] = Float.MIN_VALUE;
    x[3] = 1e-30f;
    x[4] = 1000;
    x[5] = -1000;
    return x;
  }

  private static float[] apply(CpuKernels kernels, ActivationFunction function, float[] x) {
    CpuKernel kernel = kernels.identity(1).bind(1, 1, x.length, new Epilogue(false, function));
    return Harness.run(kernel, x, null, null, x.length);
  }

  /** A linear layer may have code of its own for what follows it. */
  private static float[] applyAfterProduct(
      CpuKernels kernels, ActivationFunction function, float[] x) {
    try (Arena arena = Arena.ofConfined()) {
      CpuKernel kernel =
          kernels
              .linear(1, 1, WeightSource.of(new float[] {1}), null, arena)
              .bind(1, 1, x.length, new Epilogue(false, function));
      return Harness.run(kernel, x, null, null, x.length);
    }
  }

  @ParameterizedTest
  @MethodSource("fastvit4j.kernels.cpu.Harness#kernels")
  void geluIsExactToAFewUnitsOfItsTail(CpuKernels kernels) {
    float[] x = range();
    checkGelu(x, apply(kernels, ActivationFunction.GELU, x));
    checkGelu(x, applyAfterProduct(kernels, ActivationFunction.GELU, x));
  }

  private static void checkGelu(float[] x, float[] y) {
    for (int i = 0; i < x.length; i++) {
      double expected = Functions.gelu(x[i]);
      // Half a unit for the result, and 1e-8 for the approximation of |x| Q(|x|). The rest is
      // relative to that: rounding Q's logarithm, about x²/2, and some eight further roundings.
      double tail = -Functions.gelu(-Math.abs(x[i]));
      double relative = ULP * (4 + x[i] * x[i] / 2);
      double bound = 0.5 * ULP * Math.abs(expected) + relative * tail + 1e-8;
      assertTrue(
          Math.abs(y[i] - expected) <= bound + 1e-36,
          x[i] + " gives " + y[i] + ", not " + expected);
    }
  }

  @ParameterizedTest
  @MethodSource("fastvit4j.kernels.cpu.Harness#kernels")
  void siluIsExactToAFewUnits(CpuKernels kernels) {
    float[] x = range();
    float[] y = apply(kernels, ActivationFunction.SILU, x);
    for (int i = 0; i < x.length; i++) {
      double expected = x[i] / (1 + Math.exp(-x[i]));
      assertTrue(
          Math.abs(y[i] - expected) <= 3 * ULP * Math.abs(expected) + 1e-34,
          x[i] + " gives " + y[i] + ", not " + expected);
    }
  }

  @ParameterizedTest
  @MethodSource("fastvit4j.kernels.cpu.Harness#kernels")
  void reluIsExact(CpuKernels kernels) {
    float[] x = range();
    float[] y = apply(kernels, ActivationFunction.RELU, x);
    for (int i = 0; i < x.length; i++) {
      assertEquals(Math.max(x[i], 0), y[i] + 0f);
    }
  }

  @ParameterizedTest
  @MethodSource("fastvit4j.kernels.cpu.Harness#kernels")
  void notANumberStays(CpuKernels kernels) {
    float[] x = Harness.random(1, 40);
    x[3] = Float.NaN;
    for (ActivationFunction function : ActivationFunction.values()) {
      for (float[] y :
          List.of(apply(kernels, function, x), applyAfterProduct(kernels, function, x))) {
        for (int i = 0; i < x.length; i++) {
          assertEquals(i == 3, Float.isNaN(y[i]), function + " at " + i);
        }
      }
    }
  }
}
