package fastvit4j.kernels.tornado;

/**
 * Three small numbers in one argument. A task takes at most 15 arguments; those that describe a
 * window travel together. As arguments are constants when a kernel is compiled, taking them apart
 * costs nothing on the device.
 */
public final class Packed {
  private static final int BASE = 1024;

  private Packed() {}

  /**
   * Packs three numbers.
   *
   * @throws IllegalArgumentException if one is negative or 1024 or more
   */
  public static int of(int high, int middle, int low) {
    if (Math.min(high, Math.min(middle, low)) < 0
        || Math.max(high, Math.max(middle, low)) >= BASE) {
      throw new IllegalArgumentException(
          "cannot pack " + high + ", " + middle + " and " + low + ": each must be from 0 to 1023");
    }
    return (high * BASE + middle) * BASE + low;
  }

  /** The first number. */
  public static int high(int packed) {
    return packed / (BASE * BASE);
  }

  /** The second number. */
  public static int middle(int packed) {
    return packed / BASE % BASE;
  }

  /** The third number. */
  public static int low(int packed) {
    return packed % BASE;
  }
}
