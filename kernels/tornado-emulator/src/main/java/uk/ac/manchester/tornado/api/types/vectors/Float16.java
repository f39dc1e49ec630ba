package uk.ac.manchester.tornado.api.types.vectors;

/** Sixteen float32 numbers that a work-item computes with at once. */
public final class Float16 {
  private static final int LANES = 16;

  private final float[] lanes;

  /** The vector of these numbers. */
  public Float16(
      float s0,
      float s1,
      float s2,
      float s3,
      float s4,
      float s5,
      float s6,
      float s7,
      float s8,
      float s9,
      float s10,
      float s11,
      float s12,
      float s13,
      float s14,
      float s15) {
    this(new float[] {s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, s12, s13, s14, s15});
  }

  private Float16(float[] lanes) {
    this.lanes = lanes;
  }

  /** What is done in each lane. */
  private interface Lane {
    float apply(float a, float b);
  }

  private static Float16 apply(Float16 a, Float16 b, Lane lane) {
    float[] result = new float[LANES];
    for (int i = 0; i < LANES; i++) {
      result[i] = lane.apply(a.lanes[i], b.lanes[i]);
    }
    return new Float16(result);
  }

  /** The number in a lane. */
  public float get(int index) {
    return lanes[index];
  }

  /** {@code a + b}. */
  public static Float16 add(Float16 a, Float16 b) {
    return apply(a, b, (x, y) -> x + y);
  }

  /** {@code a - b}. */
  public static Float16 sub(Float16 a, Float16 b) {
    return apply(a, b, (x, y) -> x - y);
  }

  /** {@code a · b}, lane by lane. */
  public static Float16 mult(Float16 a, Float16 b) {
    return apply(a, b, (x, y) -> x * y);
  }

  /** {@code a / b}, lane by lane. */
  public static Float16 div(Float16 a, Float16 b) {
    return apply(a, b, (x, y) -> x / y);
  }
}
