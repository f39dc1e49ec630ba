package fastvit4j.kernels.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class EpilogueTest {
  /** erf by its Maclaurin series and, far out, by its continued fraction, in float64. */
  private static double erf(double x) {
    double t = Math.abs(x);
    double result;
    if (t < 3) {
      double term = t;
      double sum = t;
      for (int n = 1; n < 200; n++) {
        term *= -t * t / n;
        sum += term / (2 * n + 1);
      }
      result = 2 / Math.sqrt(Math.PI) * sum;
    } else {
      double fraction = 0;
      for (int k = 60; k >= 1; k--) {
        fraction = k / 2.0 / (t + fraction);
      }
      result = 1 - Math.exp(-t * t) / Math.sqrt(Math.PI) / (t + fraction);
    }
    return Math.copySign(result, x);
  }

  /**
   * Without fused multiply-add each of the polynomial's steps rounds twice; as they shrink towards
   * the last, the sum stays within 4 units in the last place of 1, 2⁻²⁴ each.
   */
  @Test
  void erfIsGoodToFloat32() {
    for (float x = -6; x <= 6; x += 1e-4f) {
      assertEquals(erf(x), Epilogue.erf(x), 4 * 0x1p-24, "at " + x);
    }
  }

  @Test
  void geluIsGoodToFloat32() {
    for (float x = -10; x <= 10; x += 1e-3f) {
      double exact = 0.5 * x * (1 + erf(x / Math.sqrt(2)));
      assertEquals(exact, Epilogue.gelu(x), 4 * 0x1p-24 * Math.max(1, Math.abs(x)), "at " + x);
    }
  }

  @Test
  void activationsAreToldApartByTheirCode() {
    assertEquals(-1.5f, Epilogue.activate(-1.5f, Epilogue.NONE));
    assertEquals(0, Epilogue.activate(-1.5f, Epilogue.RELU));
    assertEquals(-1.5 / (1 + Math.exp(1.5)), Epilogue.activate(-1.5f, Epilogue.SILU), 1e-7);
    assertEquals(Epilogue.gelu(-1.5f), Epilogue.activate(-1.5f, Epilogue.GELU));
  }

  @Test
  void packedNumbersComeApartAgain() {
    int packed = Packed.of(11, 7, 1023);
    assertEquals(11, Packed.high(packed));
    assertEquals(7, Packed.middle(packed));
    assertEquals(1023, Packed.low(packed));
    assertThrows(IllegalArgumentException.class, () -> Packed.of(0, -1, 0));
    assertThrows(IllegalArgumentException.class, () -> Packed.of(1024, 0, 0));
  }
}
