package uk.ac.manchester.tornado.api.math;

/** Functions that kernels may call; each is the one of {@link Math}, rounded to its result type. */
public class TornadoMath {
  private TornadoMath() {}

  /** The smaller of two numbers. */
  public static float min(float a, float b) {
    return Math.min(a, b);
  }

  /** The smaller of two numbers. */
  public static double min(double a, double b) {
    return Math.min(a, b);
  }

  /** The smaller of two numbers. */
  public static int min(int a, int b) {
    return Math.min(a, b);
  }

  /** The smaller of two numbers. */
  public static long min(long a, long b) {
    return Math.min(a, b);
  }

  /** The larger of two numbers. */
  public static float max(float a, float b) {
    return Math.max(a, b);
  }

  /** The larger of two numbers. */
  public static double max(double a, double b) {
    return Math.max(a, b);
  }

  /** The larger of two numbers. */
  public static int max(int a, int b) {
    return Math.max(a, b);
  }

  /** The larger of two numbers. */
  public static long max(long a, long b) {
    return Math.max(a, b);
  }

  /** The absolute value. */
  public static float abs(float x) {
    return Math.abs(x);
  }

  /** The absolute value. */
  public static double abs(double x) {
    return Math.abs(x);
  }

  /** The absolute value. */
  public static int abs(int x) {
    return Math.abs(x);
  }

  /** The absolute value. */
  public static long abs(long x) {
    return Math.abs(x);
  }

  /** {@code value}, but no less than {@code min} and no more than {@code max}. */
  public static float clamp(float value, float min, float max) {
    return Math.max(min, Math.min(max, value));
  }

  /** {@code value}, but no less than {@code min} and no more than {@code max}. */
  public static double clamp(double value, double min, double max) {
    return Math.max(min, Math.min(max, value));
  }

  /** {@code value}, but no less than {@code min} and no more than {@code max}. */
  public static int clamp(int value, int min, int max) {
    return Math.max(min, Math.min(max, value));
  }

  /** {@code value}, but no less than {@code min} and no more than {@code max}. */
  public static long clamp(long value, long min, long max) {
    return Math.max(min, Math.min(max, value));
  }

  /** e to the power of x. */
  public static float exp(float x) {
    return (float) Math.exp(x);
  }

  /** e to the power of x. */
  public static double exp(double x) {
    return Math.exp(x);
  }

  /** The natural logarithm. */
  public static float log(float x) {
    return (float) Math.log(x);
  }

  /** The natural logarithm. */
  public static double log(double x) {
    return Math.log(x);
  }

  /** The square root. */
  public static float sqrt(float x) {
    return (float) Math.sqrt(x);
  }

  /** The square root. */
  public static double sqrt(double x) {
    return Math.sqrt(x);
  }

  /** The largest whole number that is not larger. */
  public static float floor(float x) {
    return (float) Math.floor(x);
  }

  /** The largest whole number that is not larger. */
  public static double floor(double x) {
    return Math.floor(x);
  }

  /** The hyperbolic tangent. */
  public static float tanh(float x) {
    return (float) Math.tanh(x);
  }

  /** The hyperbolic tangent. */
  public static double tanh(double x) {
    return Math.tanh(x);
  }

  /** The sine. */
  public static float sin(float x) {
    return (float) Math.sin(x);
  }

  /** The sine. */
  public static double sin(double x) {
    return Math.sin(x);
  }

  /** The cosine. */
  public static float cos(float x) {
    return (float) Math.cos(x);
  }

  /** The cosine. */
  public static double cos(double x) {
    return Math.cos(x);
  }

  /** {@code x} to the power of {@code y}. */
  public static float pow(float x, float y) {
    return (float) Math.pow(x, y);
  }

  /** {@code x} to the power of {@code y}. */
  public static double pow(double x, double y) {
    return Math.pow(x, y);
  }
}
