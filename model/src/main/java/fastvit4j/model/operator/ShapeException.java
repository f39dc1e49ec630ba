package fastvit4j.model.operator;

import fastvit4j.model.UserException;

/**
 * Shapes that do not fit: an input too small for a kernel, channels that do not match, tensors of
 * the wrong rank.
 */
public final class ShapeException extends UserException {
  private static final long serialVersionUID = 1L;

  /** One line that names the thing and the way out. */
  public ShapeException(String message) {
    super(message);
  }
}
