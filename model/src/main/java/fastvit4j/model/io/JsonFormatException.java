package fastvit4j.model.io;

/** A text that is not the JSON it should be; the message is one line without the file's name. */
public final class JsonFormatException extends Exception {
  private static final long serialVersionUID = 1L;

  JsonFormatException(String message) {
    super(Text.oneLine(message));
  }
}
