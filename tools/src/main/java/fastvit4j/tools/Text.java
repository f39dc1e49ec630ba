package fastvit4j.tools;

import fastvit4j.model.operator.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Numbers and shapes as people read them. */
final class Text {
  /** The columns that what is printed has. */
  static final int WIDEST = 100;

  private Text() {}

  /** A text in lines of at most {@link #WIDEST} columns; those after the first are indented. */
  static List<String> wrapped(String text) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ")) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > WIDEST) {
        lines.add(line.toString());
        line = new StringBuilder(" ");
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }

  /** For example {@code 97.50}; rounded half up, as a format does it. */
  static String percent(double fraction) {
    double percent = 100 * fraction;
    if (!(percent >= 0 && percent < 1e6)) {
      return number(percent, 2);
    }
    // Not by a format or a decimal: the answer of `classify` would wait for their first use.
    // From a thousandth on, doubles are written without exponent.
    String digits = percent < 1e-3 ? "0.0" : Double.toString(percent);
    int point = digits.indexOf('.');
    long hundredths = Long.parseLong(digits, 0, point, 10);
    for (int i = 1; i <= 2; i++) {
      hundredths = 10 * hundredths + digit(digits, point + i);
    }
    hundredths += digit(digits, point + 3) / 5;
    return hundredths / 100 + "." + hundredths / 10 % 10 + hundredths % 10;
  }

  private static int digit(String digits, int at) {
    return at < digits.length() ? digits.charAt(at) - '0' : 0;
  }

  /** The text, with spaces before it up to the width. */
  static String right(String text, int width) {
    return " ".repeat(Math.max(0, width - text.length())) + text;
  }

  /** A number with the given digits after the point. */
  static String number(double value, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  /** For example {@code 1,234,567}. */
  static String grouped(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** For example {@code 3.1 MiB}. */
  static String bytes(long bytes) {
    return bytes < 1 << 20
        ? number(bytes / 1024.0, 1) + " KiB"
        : number(bytes / 1048576.0, 1) + " MiB";
  }

  /** A device's property: sizes in binary units, truth values as yes and no. */
  static String property(String name, Object value) {
    if (name.endsWith("_bytes") && value instanceof Number bytes) {
      return bytes(bytes.longValue());
    }
    return value instanceof Boolean truth ? (truth ? "yes" : "no") : String.valueOf(value);
  }

  /** For example {@code 64x3x3x3}; a scalar is {@code -}. */
  static String shape(int... dims) {
    return dims.length == 0
        ? "-"
        : Arrays.stream(dims).mapToObj(Integer::toString).collect(Collectors.joining("x"));
  }

  /** A field of comma-separated values: RFC 4180. */
  static String csv(String field) {
    return field.matches("[^\",\r\n]*") ? field : '"' + field.replace("\"", "\"\"") + '"';
  }

  /** An NHWC shape without its batch: {@code 64x64x48}. */
  static String image(Shape shape) {
    return shape(shape.h(), shape.w(), shape.c());
  }
}
