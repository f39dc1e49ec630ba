package fastvit4j.model.checkpoint;

/**
 * Rounding of float64 to the narrower formats, to nearest, ties to even, once: the float32 step in
 * between rounds to odd, which keeps the information whether a tie is one.
 */
final class Rounding {
  private static final int BF16_QUIET = 0x40;

  private Rounding() {}

  /** The bits of the nearest float16. */
  static short toFloat16(double value) {
    return Float.floatToFloat16(toOddFloat(value));
  }

  /** The bits of the nearest bfloat16. */
  static short toBFloat16(double value) {
    float odd = toOddFloat(value);
    int bits = Float.floatToRawIntBits(odd);
    if (Float.isNaN(odd)) {
      return (short) ((bits >>> 16) | BF16_QUIET);
    }
    int tieToEven = (bits >>> 16) & 1;
    return (short) ((bits + 0x7fff + tieToEven) >>> 16);
  }

  /**
   * The value itself where float32 has it, else the one of its two float32 neighbours whose last
   * bit is 1; what lies beyond the largest float32 becomes that.
   */
  private static float toOddFloat(double value) {
    float nearest = (float) value;
    if (nearest == value || Double.isNaN(value)) {
      return nearest;
    }
    int bits = Float.floatToRawIntBits(nearest);
    boolean awayFromZero = Math.abs((double) nearest) > Math.abs(value);
    return Float.intBitsToFloat((awayFromZero ? bits - 1 : bits) | 1);
  }
}
