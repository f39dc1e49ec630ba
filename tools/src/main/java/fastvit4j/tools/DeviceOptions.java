package fastvit4j.tools;

import fastvit4j.runtime.Device;
import fastvit4j.runtime.Devices;
import fastvit4j.runtime.Precision;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where to compute. */
final class DeviceOptions {
  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      description =
          "Device to run on, as `fastvit devices` lists them; auto is the best"
              + " (default: ${DEFAULT-VALUE}).")
  private String device;

  @Option(
      names = "--threads",
      paramLabel = "N",
      converter = Count.NotNegative.class,
      description = "Cores to use at most, 0 for all (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Mixin private final TuningOption tuning = new TuningOption();

  @Option(
      names = "--precision",
      paramLabel = "NAME",
      description =
          "How weights and activations are stored, float32 or, on GPUs that can, float16; sums are"
              + " float32 (default: ${DEFAULT-VALUE}).")
  private String precision = "float32";

  /** The best device, unless the command line names another. */
  DeviceOptions() {
    this("auto");
  }

  /** A device of a name. */
  DeviceOptions(String device) {
    this.device = device;
  }

  /** Begins to look for the device, which {@link #device()} then waits for. */
  void prepare() {
    Devices.prepare(device);
  }

  /** The device that was asked for. */
  Device device() {
    Precision stored = Precision.named(precision);
    return tuning.device(device).storing(stored);
  }

  /** The device for each of several precisions, joined by commas. */
  List<Device> devices() {
    Device found = tuning.device(device);
    return Stream.of(precision.split(",", -1))
        .map(Precision::named)
        .distinct()
        .map(found::storing)
        .toList();
  }

  /** Cores to use at most, 0 for all. */
  int threads() {
    return threads;
  }
}
