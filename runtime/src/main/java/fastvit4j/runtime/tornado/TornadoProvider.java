package fastvit4j.runtime.tornado;

import fastvit4j.runtime.Device;
import fastvit4j.runtime.DeviceProvider;
import java.util.List;

/** Devices of a TornadoVM SDK, where the JVM was started with one. */
public final class TornadoProvider implements DeviceProvider {
  /** Set by the launcher: why it did not take the SDK that it found. */
  private static final String PROBLEM = "fastvit.sdk.problem";

  private static final String HOW =
      "install TornadoVM (`sdk install tornadovm` with SDKMAN, or from https://www.tornadovm.org"
          + " and set TORNADOVM_HOME) and start with the fastvit command";

  private static final String NO_DEVICE =
      "tornado: the SDK drives no device here: install the device's OpenCL or CUDA driver"
          + " (`clinfo` lists what OpenCL has; pocl-opencl-icd drives the processor)";

  @Override
  public String family() {
    return "tornado";
  }

  @Override
  public Found find() {
    try {
      String problem = System.getProperty(PROBLEM);
      if (problem != null) {
        return passedOver("tornado: " + problem);
      }
      if (!TornadoRuntimes.isReal()) {
        return passedOver(
            "tornado: this JVM was not started with a TornadoVM SDK; for GPUs, " + HOW);
      }
      List<Device> devices = TornadoRuntimes.devices(family());
      if (devices.isEmpty()) {
        return passedOver(NO_DEVICE);
      }
      return new Found(devices, List.of());
    } catch (NoClassDefFoundError e) {
      return passedOver("tornado: TornadoVM's API is not on the class path; for GPUs, " + HOW);
    } catch (LinkageError | RuntimeException e) {
      String reason = DeviceFaults.reason(e);
      if (reason.contains("platforms found")) {
        return passedOver(NO_DEVICE);
      }
      return passedOver(
          "tornado: the SDK does not start (" + reason + "): check its installation and drivers");
    }
  }

  private static Found passedOver(String reason) {
    return new Found(List.of(), List.of(reason));
  }
}
