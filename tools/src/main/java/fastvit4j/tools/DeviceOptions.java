package fastvit4j.tools;

import fastvit4j.runtime.Device;
import fastvit4j.runtime.Devices;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Where to compute. */
final class DeviceOptions {
  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "auto",
      description =
          "Device to run on, as `fastvit devices` lists them; auto is the best"
              + " (default: ${DEFAULT-VALUE}).")
  private String device;

  private int threads;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "0",
      description = "Cores to use at most, 0 for all (default: ${DEFAULT-VALUE}).")
  private void setThreads(int count) {
    if (count < 0) {
      throw new ParameterException(
          spec.commandLine(), "--threads must be 0 (all cores) or more, not " + count);
    }
    threads = count;
  }

  /** The device that was asked for. */
  Device device() {
    return Devices.named(device);
  }

  /** Cores to use at most, 0 for all. */
  int threads() {
    return threads;
  }
}
