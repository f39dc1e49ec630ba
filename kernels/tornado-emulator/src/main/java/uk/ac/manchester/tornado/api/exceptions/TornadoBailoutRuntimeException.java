package uk.ac.manchester.tornado.api.exceptions;

/** A kernel that could not be compiled for its device. */
public class TornadoBailoutRuntimeException extends RuntimeException {
  /** An exception with this message. */
  public TornadoBailoutRuntimeException(String message) {
    super(message);
  }
}
