package uk.ac.manchester.tornado.api.exceptions;

/** A backend index that does not exist. */
public class TornadoBackendNotFound extends TornadoRuntimeException {
  /** An exception with this message. */
  public TornadoBackendNotFound(String message) {
    super(message);
  }
}
