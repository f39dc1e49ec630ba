package fastvit4j.tests;

import fastvit4j.kernels.cpu.CpuKernelsProvider;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.Devices;
import fastvit4j.runtime.cpu.CpuDevice;
import fastvit4j.runtime.tornado.KernelTable;
import java.util.ArrayList;
import java.util.List;

/**
 * The devices that every test of devices runs on: all that this machine has, and the processor once
 * more with each vector width that it has, with products in pairs of terms, and with scalar code.
 * {@code -Dfastvit.tests.devices} names the one family to run on, {@code -Dfastvit.tests.kernels}
 * candidates, separated by commas, that TornadoVM's devices and the emulator take wherever these
 * can compute something.
 */
public final class DevicesUnderTest {
  private static final List<Device> ALL = find();

  private DevicesUnderTest() {}

  /** All of them. */
  public static List<Device> all() {
    return ALL;
  }

  /** Those that compute a whole network in reasonable time: all but the emulator. */
  public static List<Device> forNetworks() {
    return ALL.stream().filter(device -> !device.name().startsWith("emulator")).toList();
  }

  /** A device's name and what it is, for the test report. */
  public static String title(Device device) {
    return device.name() + ", " + device.description();
  }

  private static List<Device> find() {
    List<Device> devices = new ArrayList<>();
    String kernels = System.getProperty("fastvit.tests.kernels", "");
    for (Device device : Devices.all()) {
      if (!(device instanceof CpuDevice)) {
        devices.add(
            kernels.isEmpty()
                ? device
                : KernelTable.preferring(device, List.of(kernels.split(","))));
      }
    }
    List<Integer> widths = CpuKernelsProvider.widths();
    for (int bits : widths) {
      devices.add(new CpuDevice(CpuKernelsProvider.ofWidth(bits, false)));
    }
    if (!widths.isEmpty()) {
      devices.add(new CpuDevice(CpuKernelsProvider.ofWidth(widths.getLast(), 32, true)));
    }
    devices.add(new CpuDevice(CpuKernelsProvider.loops()));
    devices.add(new CpuDevice(CpuKernelsProvider.scalar()));
    String family = System.getProperty("fastvit.tests.devices", "");
    return devices.stream().filter(device -> device.name().startsWith(family)).toList();
  }
}
