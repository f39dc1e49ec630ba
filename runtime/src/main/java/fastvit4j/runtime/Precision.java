package fastvit4j.runtime;

import java.util.Locale;

/** How a kernel stores activations and weights; sums are accumulated in float32 in any case. */
public enum Precision {
  /** Four bytes an element. */
  FLOAT32(4),
  /** Two bytes an element. */
  FLOAT16(2);

  private final int bytes;

  Precision(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of an element. */
  public int bytes() {
    return bytes;
  }

  /** For example {@code float32}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
