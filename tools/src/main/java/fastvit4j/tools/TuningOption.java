package fastvit4j.tools;

import fastvit4j.runtime.Device;
import fastvit4j.runtime.Devices;
import fastvit4j.runtime.tornado.Tuning;
import picocli.CommandLine.Option;

/** Whether sessions take what tuning found. */
final class TuningOption {
  @Option(names = "--no-tuning", description = "Do without what `fastvit tune` found.")
  private boolean noTuning;

  /** The device of a name, as {@link Devices#named} finds it. */
  Device device(String name) {
    Device found = Devices.named(name);
    return noTuning ? Tuning.without(found) : found;
  }
}
