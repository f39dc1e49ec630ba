package fastvit4j.model.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.Random;
import java.util.function.DoubleFunction;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class RoundingTest {
  private static float float16(int bits) {
    return Float.float16ToFloat((short) bits);
  }

  private static float bfloat16(int bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  @Test
  void everyValueOfTheNarrowTypesStays() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      if (!Float.isNaN(float16(bits))) {
        assertEquals((short) bits, Rounding.toFloat16(float16(bits)));
      }
      if (!Float.isNaN(bfloat16(bits))) {
        assertEquals((short) bits, Rounding.toBFloat16(bfloat16(bits)));
      }
    }
  }

  @Test
  void roundsToTheNearestAndTiesToEven() {
    // Ties, and the float64 neighbours of ties, which two roundings in a row would get wrong.
    for (int bits = 0; bits < 0x7bff; bits++) {
      assertBetween(bits, float16(bits), float16(bits + 1), Rounding::toFloat16);
    }
    for (int bits = 0; bits < 0x7f7f; bits++) {
      assertBetween(bits, bfloat16(bits), bfloat16(bits + 1), Rounding::toBFloat16);
    }
  }

  private static void assertBetween(
      int lowerBits, double lower, double upper, DoubleFunction<Short> round) {
    double tie = lower + (upper - lower) / 2;
    int even = lowerBits + (lowerBits & 1);
    assertEquals((short) even, round.apply(tie));
    assertEquals((short) lowerBits, round.apply(Math.nextDown(tie)));
    assertEquals((short) (lowerBits + 1), round.apply(Math.nextUp(tie)));
    assertEquals((short) (even | 0x8000), round.apply(-tie));
  }

  @Test
  void randomValuesGoToTheNearest() {
    Random random = new Random(1);
    for (int i = 0; i < 100_000; i++) {
      double value = random.nextGaussian() * Math.pow(2, random.nextInt(36) - 22);
      assertNearest(value, Rounding.toFloat16(value), RoundingTest::float16);
      assertNearest(value, Rounding.toBFloat16(value), RoundingTest::bfloat16);
    }
  }

  private static void assertNearest(double value, short bits, IntFunction<Float> decode) {
    BigDecimal error = distance(value, decode.apply(bits));
    for (int step : new int[] {-1, 1}) {
      float neighbour = decode.apply((bits + step) & 0xffff);
      if (Float.isFinite(neighbour)) {
        assertTrue(error.compareTo(distance(value, neighbour)) <= 0, () -> value + " " + bits);
      }
    }
  }

  private static BigDecimal distance(double a, double b) {
    return new BigDecimal(a).subtract(new BigDecimal(b)).abs();
  }

  @Test
  void theEndsOfTheRange() {
    assertEquals((short) 0x7bff, Rounding.toFloat16(65504));
    assertEquals((short) 0x7bff, Rounding.toFloat16(Math.nextDown(65520.0)));
    assertEquals((short) 0x7c00, Rounding.toFloat16(65520));
    assertEquals((short) 0xfc00, Rounding.toFloat16(-1e300));
    assertEquals((short) 0x7c00, Rounding.toFloat16(Double.POSITIVE_INFINITY));
    assertEquals((short) 0x7f80, Rounding.toBFloat16(Double.MAX_VALUE));
    assertEquals((short) 0xff80, Rounding.toBFloat16(Double.NEGATIVE_INFINITY));
    assertEquals((short) 0x7f80, Rounding.toBFloat16(Float.MAX_VALUE));
    assertEquals((short) 0, Rounding.toFloat16(Double.MIN_VALUE));
    assertEquals((short) 0x8000, Rounding.toBFloat16(-Double.MIN_VALUE));
    assertTrue(Float.isNaN(float16(Rounding.toFloat16(Double.NaN))));
    assertTrue(Float.isNaN(bfloat16(Rounding.toBFloat16(Double.NaN))));
    // A NaN whose payload lies in the lower half alone must not become infinity.
    assertTrue(Float.isNaN(bfloat16(Rounding.toBFloat16(Float.intBitsToFloat(0x7f800001)))));
  }
}
