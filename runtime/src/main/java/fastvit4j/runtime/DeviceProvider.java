package fastvit4j.runtime;

import java.util.List;

/**
 * Finds the devices of one family. Providers are looked up in a fixed order, see {@link Devices}:
 * {@link fastvit4j.runtime.tornado.TornadoProvider}, {@link
 * fastvit4j.runtime.cpu.CpuDeviceProvider} and {@link fastvit4j.runtime.tornado.EmulatorProvider},
 * which {@code META-INF/services} names.
 */
public interface DeviceProvider {
  /** The family's name: {@code cpu}, {@code tornado}, {@code emulator}. */
  String family();

  /**
   * What was found, and what was passed over and why. Looking must not fail: what goes wrong is a
   * reason.
   */
  Found find();

  /**
   * The outcome of a look-up.
   *
   * @param devices usable devices, the best first
   * @param passedOver one actionable sentence for each thing that cannot be used
   */
  record Found(List<Device> devices, List<String> passedOver) {
    /** Copies the lists. */
    public Found {
      devices = List.copyOf(devices);
      passedOver = List.copyOf(passedOver);
    }
  }
}
