package uk.ac.manchester.tornado.api.exceptions;

/** A device without enough memory left. */
public class TornadoOutOfMemoryException extends RuntimeException {
  /** An exception with this message. */
  public TornadoOutOfMemoryException(String message) {
    super(message);
  }
}
