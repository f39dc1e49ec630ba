package fastvit4j.runtime;

/**
 * A fault in the machine, not in what the user gave: out of device memory, a kernel that does not
 * compile, a lost device. The message is one line; the command prints it and exits with status 1.
 */
public class DeviceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** One line that names the device and the operator, and what lies beneath, or null. */
  public DeviceException(String message, Throwable cause) {
    super(message, cause);
  }
}
