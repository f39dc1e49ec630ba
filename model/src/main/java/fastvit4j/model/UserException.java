package fastvit4j.model;

/**
 * A mistake in what the user gave: a missing file, a damaged checkpoint, a wrong shape, an unknown
 * name. The message is one line that names the thing and the way out; the command prints it and
 * exits with status 2.
 */
public class UserException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** One line that names the thing and the way out. */
  public UserException(String message) {
    super(message);
  }

  /** The same, with what lies beneath. */
  public UserException(String message, Throwable cause) {
    super(message, cause);
  }
}
