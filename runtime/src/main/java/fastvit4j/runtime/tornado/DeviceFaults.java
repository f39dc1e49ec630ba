package fastvit4j.runtime.tornado;

import fastvit4j.model.operator.Shape;
import fastvit4j.runtime.DeviceException;
import fastvit4j.runtime.plan.FusedStep;

/** One line for each fault of TornadoVM or a driver. */
final class DeviceFaults {
  private static final int MOST_LETTERS = 300;

  private DeviceFaults() {}

  /** A kernel that does not compile, by what it was to compute. */
  static DeviceException compile(
      String device, LoweredTask task, FusedStep step, Shape output, Throwable cause) {
    return new DeviceException(
        device
            + " cannot compile "
            + kernel(task, step, output)
            + ": "
            + reason(cause)
            + "; update the driver or choose another device",
        cause);
  }

  /** A kernel whose launch the driver refuses. */
  static DeviceException launch(String device, LoweredTask task, FusedStep step, Shape output) {
    return new DeviceException(
        device
            + " refuses to launch "
            + kernel(task, step, output)
            + " with "
            + task.grid()
            + ": update the driver or choose another device",
        null);
  }

  private static String kernel(LoweredTask task, FusedStep step, Shape output) {
    return "the kernel " + task.kernel().label() + " of " + operator(step, output);
  }

  private static String operator(FusedStep step, Shape output) {
    return step.operators() + " " + step.name() + " (output " + output + ")";
  }

  /**
   * A network that fails on the device.
   *
   * @param step the first of those that were running
   */
  static DeviceException run(
      String device, FusedStep step, Shape output, String network, Throwable cause) {
    return new DeviceException(
        device
            + " failed in or after "
            + operator(step, output)
            + " of "
            + network
            + ": "
            + reason(cause)
            + "; start again, and if it fails again, choose another device",
        cause);
  }

  /** Whether something is for the process to end on, not a fault of a device. */
  static boolean isFatal(Throwable e) {
    return e instanceof OutOfMemoryError || e instanceof StackOverflowError;
  }

  /** The innermost message that says something, on one line. */
  static String reason(Throwable fault) {
    String text = fault.toString();
    for (Throwable e = fault; e != null; e = e.getCause()) {
      String message = e.getMessage() == null ? "" : e.getMessage().strip();
      if (!message.isEmpty()) {
        text = message;
      }
    }
    int stack = text.indexOf("Stacktrace:");
    String line =
        (stack > 0 ? text.substring(0, stack) : text)
            .replaceAll("\u001B\\[[0-9;]*m", "")
            .replaceAll("\\s+", " ")
            .strip();
    return line.length() <= MOST_LETTERS ? line : line.substring(0, MOST_LETTERS) + "…";
  }
}
