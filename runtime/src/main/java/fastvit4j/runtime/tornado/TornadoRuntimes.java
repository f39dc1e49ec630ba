package fastvit4j.runtime.tornado;

import fastvit4j.runtime.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoBackend;
import uk.ac.manchester.tornado.api.TornadoRuntime;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;

/** Asks the runtime behind TornadoVM's API, the real one or the emulator, what it drives. */
final class TornadoRuntimes {
  /** Settings that must stand before the runtime is loaded, with why. */
  private static final List<Setting> SETTINGS =
      List.of(
          new Setting(
              "tornado.recover.bailout",
              "False",
              "a kernel that does not compile must not run on the host"),
          new Setting(
              "tornado.tvm.maxbytecodesize", "65536", "the default holds fewer than 60 tasks"),
          new Setting(
              "tornado.print.kernel.dir",
              KernelDump.file().toString(),
              "generated kernels are read from there; nothing is printed unless a plan asks for"
                  + " it"));

  private TornadoRuntimes() {}

  private record Setting(String key, String value, String reason) {}

  /** Whether the API's classes come from an SDK: then they are in a named module. */
  static boolean isReal() {
    return TaskGraph.class.getModule().isNamed();
  }

  /** The devices of every back end, named {@code FAMILY:BACKEND:INDEX}. */
  static List<Device> devices(String family) {
    for (Setting setting : SETTINGS) {
      if (System.getProperty(setting.key) == null) {
        System.setProperty(setting.key, setting.value);
      }
    }
    TornadoRuntime runtime = TornadoRuntimeProvider.getTornadoRuntime();
    List<Device> devices = new ArrayList<>();
    for (int b = 0; b < runtime.getNumBackends(); b++) {
      TornadoBackend backend = runtime.getBackend(b);
      String name = backend.getBackendType().name().toLowerCase(Locale.ROOT);
      for (int d = 0; d < backend.getNumDevices(); d++) {
        devices.add(device(family + ":" + name + ":" + d, backend.getDevice(d)));
      }
    }
    return devices;
  }

  /** Bytes that TornadoVM takes on a device at most, whatever the device has. */
  private static long allowedBytes() {
    return ByteSize.parse(System.getProperty("tornado.device.memory", "4GB"));
  }

  /** A device under a name of ours. */
  static Device device(String name, TornadoDevice handle) {
    DeviceTraits traits =
        new DeviceTraits(
            handle.getDeviceType() == TornadoDeviceType.GPU,
            Math.min(handle.getMaxGlobalMemory(), allowedBytes()),
            handle.getMaxAllocMemory(),
            handle.getDeviceLocalMemorySize(),
            DriverFacts.groupLimit(handle),
            handle.getPhysicalDevice().getDeviceMaxComputeUnits(),
            handle.getTornadoVMBackend().name(),
            DriverFacts.half(handle),
            DriverFacts.tensorCores(handle));
    traits = traits.withClock(DriverFacts.megahertz(handle));
    traits = traits.with(Tuned.later(() -> Tuning.winners(handle), () -> Tuning.limits(handle)));
    String description =
        handle.getPhysicalDevice().getDeviceName()
            + " ("
            + handle.getPlatformName()
            + ", "
            + handle.getDeviceType()
            + ")";
    return new fastvit4j.runtime.tornado.TornadoDevice(name, description, handle, traits);
  }
}
