package fastvit4j.runtime.tornado;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import uk.ac.manchester.tornado.api.TornadoTargetDevice;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;

/** What a driver says about its device, in the terms of {@code Device.properties()}. */
final class DriverFacts {
  /** The first compute capability, in its major number, whose warps multiply float16 matrices. */
  private static final int TENSOR_CORES = 8;

  private static final Pattern CUDA_VERSION = Pattern.compile("CUDA (\\d{1,4})\\.(\\d{1,4})");

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
    computeCapability(device)
        .ifPresent(c -> facts.put("compute_capability", c.major + "." + c.minor));
    facts.put("tensor_cores", tensorCores(device));
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

  /**
   * Whether warps multiply matrices of float16 numbers: TornadoVM's back ends for CUDA have them do
   * so from compute capability 8.0 on. The emulator computes what they compute.
   */
  static boolean tensorCores(TornadoDevice device) {
    return device.getTornadoVMBackend() == TornadoVMBackendType.JAVA
        || computeCapability(device).filter(c -> c.major >= TENSOR_CORES).isPresent();
  }

  /** What generation of instructions a CUDA device has. */
  private record Capability(int major, int minor) {}

  /**
   * The compute capability of a CUDA device. The CUDA back end has it in its description; the PTX
   * back end has a method for it, which is not part of TornadoVM's API.
   */
  private static Optional<Capability> computeCapability(TornadoDevice device) {
    return switch (device.getTornadoVMBackend().name()) {
      case "CUDA" ->
          line(String.valueOf(device.getPhysicalDevice().getDeviceInfo()), "Device version")
              .map(CUDA_VERSION::matcher)
              .filter(Matcher::matches)
              .map(m -> new Capability(Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2))));
      case "PTX" -> capabilityByMethod(device.getPhysicalDevice());
      default -> Optional.empty();
    };
  }

  private static Optional<Capability> capabilityByMethod(TornadoTargetDevice hardware) {
    try {
      Object capability = hardware.getClass().getMethod("getComputeCapability").invoke(hardware);
      return Optional.of(
          new Capability(number(capability, "getMajor"), number(capability, "getMinor")));
    } catch (ReflectiveOperationException | ClassCastException e) {
      return Optional.empty();
    }
  }

  private static int number(Object of, String method) throws ReflectiveOperationException {
    return (Integer) of.getClass().getMethod(method).invoke(of);
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
