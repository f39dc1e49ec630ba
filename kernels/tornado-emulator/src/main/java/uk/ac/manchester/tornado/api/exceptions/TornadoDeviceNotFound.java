package uk.ac.manchester.tornado.api.exceptions;

/** A device index that does not exist. */
public class TornadoDeviceNotFound extends TornadoRuntimeException {
  /** An exception with this message. */
  public TornadoDeviceNotFound(String message) {
    super(message);
  }
}
