package fastvit4j.runtime.tornado;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import uk.ac.manchester.tornado.api.TornadoTargetDevice;
import uk.ac.manchester.tornado.api.common.TornadoDevice;

/** What a driver says about its device, in the terms of {@code Device.properties()}. */
final class DriverFacts {
  private DriverFacts() {}

  /** All that is known, in the order in which it is shown. */
  static SequencedMap<String, Object> of(TornadoDevice device) {
    TornadoTargetDevice hardware = device.getPhysicalDevice();
    String info = String.valueOf(hardware.getDeviceInfo());
    SequencedMap<String, Object> facts = new LinkedHashMap<>();
    facts.put("hardware", hardware.getDeviceName());
    facts.put("type", device.getDeviceType().toString());
    facts.put("backend", device.getTornadoVMBackend().toString());
    facts.put("platform", device.getPlatformName());
    line(info, "Device version").ifPresent(version -> facts.put("device_version", version));
    line(info, "Driver version").ifPresent(version -> facts.put("driver_version", version));
    line(info, "OpenCL C version").ifPresent(version -> facts.put("language", version));
    facts.put("compute_units", hardware.getDeviceMaxComputeUnits());
    int megahertz = megahertz(device);
    if (megahertz > 0) {
      facts.put("clock_mhz", megahertz);
    }
    facts.put("memory_bytes", hardware.getDeviceGlobalMemorySize());
    facts.put("largest_buffer_bytes", hardware.getDeviceMaxAllocationSize());
    facts.put("local_memory_bytes", hardware.getDeviceLocalMemorySize());
    facts.put("work_group_limit", groupLimit(device));
    facts.put(
        "work_item_limits",
        Arrays.stream(hardware.getDeviceMaxWorkItemSizes())
            .mapToObj(Long::toString)
            .collect(Collectors.joining(" x ")));
    // Only OpenCL-like drivers list extensions; of others it is not known.
    if (info.contains("Extensions:")) {
      facts.put("half_precision", half(device));
    }
    facts.put("double_precision", device.getDeviceContext().isFP64Supported());
    return facts;
  }

  /**
   * Most work-items of a group. {@code getDeviceMaxWorkGroupSize} says so too, but on the PTX back
   * end of TornadoVM 5.2, where it is the most groups of a grid.
   */
  static long groupLimit(TornadoDevice device) {
    return device.getPhysicalDevice().getMaxThreadsPerBlock();
  }

  /** The clock frequency, 0 if it is not known; the PTX back end of TornadoVM 5.2 says kHz. */
  static int megahertz(TornadoDevice device) {
    int frequency = device.getPhysicalDevice().getDeviceMaxClockFrequency();
    return device.getTornadoVMBackend().name().equals("PTX") ? frequency / 1000 : frequency;
  }

  /** Whether kernels may compute with float16: OpenCL has an extension for it, CUDA always can. */
  static boolean half(TornadoDevice device) {
    return switch (device.getTornadoVMBackend()) {
      case OPENCL ->
          String.valueOf(device.getPhysicalDevice().getDeviceInfo()).contains("cl_khr_fp16");
      default -> true;
    };
  }

  /** The value of a line {@code name : value}. */
  private static Optional<String> line(String info, String name) {
    return info.lines()
        .filter(line -> line.startsWith(name) && line.indexOf(':') > 0)
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .filter(value -> !value.isEmpty())
        .findFirst();
  }
}
