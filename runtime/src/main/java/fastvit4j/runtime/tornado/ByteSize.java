package fastvit4j.runtime.tornado;

import fastvit4j.model.UserException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes of memory as TornadoVM's settings write them. */
final class ByteSize {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,9})([KMG]?)B?");

  private ByteSize() {}

  /** Bytes of a system property, or what there is without it. */
  static long parse(String property, long otherwise) {
    String text = System.getProperty(property);
    return text == null ? otherwise : parseValue(property, text);
  }

  /** Bytes of a size such as {@code 512MB} or {@code 4GB}; a megabyte has 2²⁰ bytes. */
  static long parse(String text) {
    return parseValue("tornado.device.memory", text);
  }

  private static long parseValue(String property, String text) {
    Matcher size = SIZE.matcher(text.trim().toUpperCase(Locale.ROOT));
    if (!size.matches()) {
      throw new UserException(property + " is a size such as 512MB or 4GB, not \"" + text + "\"");
    }
    int power = size.group(2).isEmpty() ? 0 : 1 + "KMG".indexOf(size.group(2));
    return Long.parseLong(size.group(1)) << (10 * power);
  }
}
