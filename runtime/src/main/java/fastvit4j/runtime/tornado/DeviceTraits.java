package fastvit4j.runtime.tornado;

import java.util.List;

/**
 * What a device says of itself, from which kernels are chosen, and kernels that are to be chosen
 * before all others.
 *
 * @param gpu whether it is a GPU: many work-items hide memory latency, and local memory is a memory
 *     of its own
 * @param globalBytes memory that TornadoVM may take on the device
 * @param bufferBytes the largest single buffer
 * @param localBytes local memory of a work-group
 * @param maxGroup most work-items of a group
 * @param computeUnits processors that run work-groups
 * @param preferred kernels that convolutions and matrix products get wherever they can compute
 *     them, the first of them first
 */
record DeviceTraits(
    boolean gpu,
    long globalBytes,
    long bufferBytes,
    long localBytes,
    long maxGroup,
    int computeUnits,
    List<Kernel> preferred) {
  DeviceTraits {
    preferred = List.copyOf(preferred);
  }

  /** Traits with which the table alone decides. */
  DeviceTraits(
      boolean gpu,
      long globalBytes,
      long bufferBytes,
      long localBytes,
      long maxGroup,
      int computeUnits) {
    this(gpu, globalBytes, bufferBytes, localBytes, maxGroup, computeUnits, List.of());
  }

  /** The same device with other preferences. */
  DeviceTraits preferring(List<Kernel> kernels) {
    return new DeviceTraits(
        gpu, globalBytes, bufferBytes, localBytes, maxGroup, computeUnits, kernels);
  }
}
