package fastvit4j.reparam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErfTest {
  /**
   * Half a unit for each of at most 30 additions of positive terms, and x² ≤ 4 times half a unit
   * from the exponent.
   */
  private static final int ULPS = 17;

  /** Values of Abramowitz and Stegun's table, continued to float64 by the C library's erf. */
  @ParameterizedTest
  @CsvSource({
    "0, 0.0",
    "1e-300, 1.1283791670955126e-300",
    "1e-10, 1.1283791670955126e-10",
    "0.1, 0.1124629160182849",
    "0.25, 0.2763263901682369",
    "0.5, 0.5204998778130465",
    "0.84375, 0.7672256612323416",
    "1, 0.8427007929497149",
    "1.25, 0.9229001282564582",
    "1.5, 0.9661051464753108",
    "2, 0.9953222650189527",
    "2.4, 0.999311486103355",
    "2.5, 0.999593047982555",
    "2.6, 0.9997639655834707",
    "3, 0.9999779095030014",
    "3.5, 0.9999992569016276",
    "4, 0.9999999845827421",
    "5, 0.9999999999984626",
    "5.9, 0.9999999999999999",
    "6, 1.0",
    "10, 1.0",
  })
  void knownValues(double x, double erf) {
    assertEquals(erf, Erf.erf(x), ULPS * Math.ulp(erf));
    assertEquals(-erf, Erf.erf(-x), ULPS * Math.ulp(erf));
  }

  @Test
  void seriesMeetsContinuedFraction() {
    assertEquals(Erf.erf(2), Erf.erf(Math.nextUp(2.0)), ULPS * Math.ulp(1.0));
    assertEquals(1, Erf.erf(6));
    assertEquals(1, Erf.erf(Double.POSITIVE_INFINITY));
    assertTrue(Double.isNaN(Erf.erf(Double.NaN)));
  }
}
