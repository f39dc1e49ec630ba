package uk.ac.manchester.tornado.api.exceptions;

/** A plan that needs more than its memory limit. */
public class TornadoMemoryException extends RuntimeException {
  /** An exception with this message. */
  public TornadoMemoryException(String message) {
    super(message);
  }
}
