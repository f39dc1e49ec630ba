package fastvit4j.runtime.tornado;

/**
 * What a device says of itself, from which kernels are chosen.
 *
 * @param gpu whether it is a GPU: many work-items hide memory latency, and local memory is a memory
 *     of its own
 * @param globalBytes memory that TornadoVM may take on the device
 * @param bufferBytes the largest single buffer
 * @param localBytes local memory of a work-group
 * @param maxGroup most work-items of a group
 * @param computeUnits processors that run work-groups
 */
record DeviceTraits(
    boolean gpu,
    long globalBytes,
    long bufferBytes,
    long localBytes,
    long maxGroup,
    int computeUnits) {}
