package fastvit4j.runtime;

import fastvit4j.model.UserException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

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

  /**
   * The precision of a name, for example {@code float16}.
   *
   * @throws UserException if there is none
   */
  public static Precision named(String name) {
    return Arrays.stream(values())
        .filter(precision -> precision.toString().equals(name))
        .findFirst()
        .orElseThrow(() -> new UserException("'" + name + "' is no precision: take " + names()));
  }

  /** All names, for a sentence. */
  public static String names() {
    return Arrays.stream(values()).map(Precision::toString).collect(Collectors.joining(" or "));
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
