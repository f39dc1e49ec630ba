package fastvit4j.runtime;

/** A device has not as much memory as something needs, beside what is in use already. */
public final class DeviceMemoryException extends DeviceException {
  private static final long serialVersionUID = 1L;

  /** One line that says what needs how much, and how much there is. */
  public DeviceMemoryException(String message) {
    super(message, null);
  }
}
