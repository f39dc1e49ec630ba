package uk.ac.manchester.tornado.api.exceptions;

/** A task that cannot be part of its graph, for example because its name is taken. */
public class TornadoTaskRuntimeException extends RuntimeException {
  /** An exception with this message. */
  public TornadoTaskRuntimeException(String message) {
    super(message);
  }
}
