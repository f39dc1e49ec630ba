package uk.ac.manchester.tornado.api.exceptions;

/** A fault of the runtime or of a driver. */
public class TornadoRuntimeException extends RuntimeException {
  /** An exception with this message. */
  public TornadoRuntimeException(String message) {
    super(message);
  }

  /** An exception with this cause. */
  public TornadoRuntimeException(Exception cause) {
    super(cause);
  }
}
