package uk.ac.manchester.tornado.api.types;

/** An IEEE 754 binary16 number. Arithmetic is done in float32 and rounded. */
public class HalfFloat {
  private final short bits;

  /** The nearest float16 number. */
  public HalfFloat(float value) {
    this(Float.floatToFloat16(value));
  }

  /** The number with these bits. */
  public HalfFloat(short bits) {
    this.bits = bits;
  }

  /** The bits. */
  public short getHalfFloatValue() {
    return bits;
  }

  /** The same number as a float32. */
  public float getFloat32() {
    return Float.float16ToFloat(bits);
  }

  /** {@code a + b}. */
  public static HalfFloat add(HalfFloat a, HalfFloat b) {
    return new HalfFloat(a.getFloat32() + b.getFloat32());
  }

  /** {@code a - b}. */
  public static HalfFloat sub(HalfFloat a, HalfFloat b) {
    return new HalfFloat(a.getFloat32() - b.getFloat32());
  }

  /** {@code a * b}. */
  public static HalfFloat mult(HalfFloat a, HalfFloat b) {
    return new HalfFloat(a.getFloat32() * b.getFloat32());
  }

  /** {@code a / b}. */
  public static HalfFloat div(HalfFloat a, HalfFloat b) {
    return new HalfFloat(a.getFloat32() / b.getFloat32());
  }
}
