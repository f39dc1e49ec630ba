package fastvit4j.runtime.cpu;

import fastvit4j.kernels.cpu.CpuKernelsProvider;
import fastvit4j.runtime.DeviceProvider;
import java.util.List;

/** Finds the processor, which is always there; says so if only scalar code can be used. */
public final class CpuDeviceProvider implements DeviceProvider {
  /** The provider. */
  public CpuDeviceProvider() {}

  @Override
  public String family() {
    return CpuDevice.NAME;
  }

  @Override
  public Found find() {
    CpuKernelsProvider.Found found = CpuKernelsProvider.find();
    String why = found.passedOver();
    return new Found(
        List.of(new CpuDevice(found.kernels())),
        why == null ? List.of() : List.of(CpuDevice.NAME + ": " + why));
  }
}
