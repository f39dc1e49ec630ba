package fastvit4j.model.io;

/** Keeps what comes out of files from breaking a one-line message. */
public final class Text {
  private static final int LONGEST_QUOTE = 100;

  private Text() {}

  /**
   * The text on one line: control characters and line separators become {@code ?}, and runs of
   * white space one space.
   */
  public static String oneLine(String text) {
    StringBuilder line = new StringBuilder(text.length());
    boolean blank = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean space = c == ' ' || c == '\n' || c == '\r' || c == '\t';
      if (!space) {
        line.append(unprintable(c) ? '?' : c);
      } else if (!blank) {
        line.append(' ');
      }
      blank = space;
    }
    return line.toString().strip();
  }

  /** A name from a file, on one line, shortened in the middle where it is very long. */
  public static String quote(String name) {
    if (name.length() <= LONGEST_QUOTE) {
      return oneLine(name);
    }
    int half = LONGEST_QUOTE / 2;
    return oneLine(name.substring(0, half) + "..." + name.substring(name.length() - half));
  }

  private static boolean unprintable(char c) {
    return Character.isISOControl(c)
        || Character.getType(c) == Character.LINE_SEPARATOR
        || Character.getType(c) == Character.PARAGRAPH_SEPARATOR
        || Character.getType(c) == Character.FORMAT;
  }
}
