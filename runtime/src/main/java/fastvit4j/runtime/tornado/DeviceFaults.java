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
            + " cannot compile the kernel "
            + task.kernel().label()
            + " of "
            + step.operators()
            + " "
            + step.name()
            + " (output "
            + output
            + "): "
            + reason(cause)
            + "; update the driver or choose another device",
        cause);
  }

  /** A network that fails on the device. */
  static DeviceException run(String device, String network, Shape input, Throwable cause) {
    return new DeviceException(
        device
            + " failed while it ran "
            + network
            + " at "
            + input
            + ": "
            + reason(cause)
            + "; if it does not go away, choose another device",
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
