package fastvit4j.model.image;

import fastvit4j.model.UserException;

/**
 * A picture that cannot be used: missing, empty, truncated, corrupt, of no format that is read, or
 * too large. The message is one line that names the file and the way out.
 */
public class ImageException extends UserException {
  private static final long serialVersionUID = 1L;

  /** One line that names the file and the way out. */
  public ImageException(String message) {
    super(message);
  }

  /** The same, with what lies beneath. */
  public ImageException(String message, Throwable cause) {
    super(message, cause);
  }
}
