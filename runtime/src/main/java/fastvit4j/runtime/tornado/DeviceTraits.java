package fastvit4j.runtime.tornado;

import fastvit4j.runtime.Precision;
import java.util.List;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;

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
 * @param backend TornadoVM's back end: {@code OPENCL}, {@code CUDA}, {@code PTX} or {@code SPIRV};
 *     the emulator's is {@code JAVA}
 * @param half whether it computes with float16
 * @param tensorCores whether warps of it multiply matrices of float16 numbers, and TornadoVM lets
 *     them
 * @param megahertz the clock of the processors, 0 if it is not known
 * @param preferred names of candidates that problems get wherever these can compute them, the first
 *     of them first
 * @param tuned candidates that were found to be the fastest
 * @param besides candidates that are on trial: asked after those of the registry
 * @param precision how sessions store their values
 * @param edges whether that holds for what comes in and goes out too, which else is float32
 */
record DeviceTraits(
    boolean gpu,
    long globalBytes,
    long bufferBytes,
    long localBytes,
    long maxGroup,
    int computeUnits,
    String backend,
    boolean half,
    boolean tensorCores,
    int megahertz,
    List<String> preferred,
    Tuned tuned,
    List<Candidate> besides,
    Precision precision,
    boolean edges) {
  DeviceTraits {
    preferred = List.copyOf(preferred);
    besides = List.copyOf(besides);
  }

  /** Traits with which the table alone decides. */
  DeviceTraits(
      boolean gpu,
      long globalBytes,
      long bufferBytes,
      long localBytes,
      long maxGroup,
      int computeUnits) {
    this(gpu, globalBytes, bufferBytes, localBytes, maxGroup, computeUnits, "OPENCL", false, false);
  }

  /** The same with all that is known of the device. */
  DeviceTraits(
      boolean gpu,
      long globalBytes,
      long bufferBytes,
      long localBytes,
      long maxGroup,
      int computeUnits,
      String backend,
      boolean half,
      boolean tensorCores) {
    this(
        gpu,
        globalBytes,
        bufferBytes,
        localBytes,
        maxGroup,
        computeUnits,
        backend,
        half,
        tensorCores,
        0,
        List.of(),
        Tuned.NOTHING,
        List.of(),
        Precision.FLOAT32,
        false);
  }

  /**
   * Most work-groups in the second direction of a grid, and in the third. CUDA has such a limit;
   * TornadoVM 5.2's PTX back end launches that many and says nothing.
   */
  int mostGroups() {
    return cuda() ? 65_535 : Integer.MAX_VALUE;
  }

  /** Whether it is one of NVIDIA's GPUs, reached through CUDA. */
  boolean cuda() {
    return backend.equals("PTX") || backend.equals("CUDA");
  }

  /** Whether TornadoVM can capture a graph's tasks on the device, and replay them as one launch. */
  boolean capturesGraphs() {
    return cuda();
  }

  /**
   * Sessions that are worth running beside each other: on a GPU the copies and launches of one go
   * on while another computes. A processor computes on the cores that copy and launch, and the
   * emulator runs one plan at a time.
   */
  int streams() {
    return gpu ? 2 : 1;
  }

  /**
   * Whether an array that a task reads as vectors may be another argument of it too, as a residual
   * that is the input is: not where graphs are compiled from Java ({@link KernelSources#compile}).
   */
  boolean sharesVectors() {
    return backend.equals(TornadoVMBackendType.OPENCL.name())
        || backend.equals(TornadoVMBackendType.JAVA.name());
  }

  /** What the device can do at most: as tuning measured it, else by its description. */
  Limits limits() {
    return tuned.limits().orElseGet(() -> AssumedLimits.of(this));
  }

  /** The same device with a clock, in MHz. */
  DeviceTraits withClock(int clock) {
    return choosing(preferred, tuned, besides, precision, edges, clock);
  }

  /** The same device with other preferences. */
  DeviceTraits preferring(List<String> candidates) {
    return choosing(candidates, tuned, besides, precision, edges, megahertz);
  }

  /** The same device with what was found by tuning. */
  DeviceTraits with(Tuned found) {
    return choosing(preferred, found, besides, precision, edges, megahertz);
  }

  /** The same device with more candidates. */
  DeviceTraits trying(List<Candidate> more) {
    return choosing(preferred, tuned, more, precision, edges, megahertz);
  }

  /** The same device whose sessions store their values so. */
  DeviceTraits storing(Precision other) {
    return choosing(preferred, tuned, besides, other, edges, megahertz);
  }

  /** The same device whose sessions store what comes in and goes out like the rest. */
  DeviceTraits withEdges() {
    return choosing(preferred, tuned, besides, precision, true, megahertz);
  }

  private DeviceTraits choosing(
      List<String> first,
      Tuned fastest,
      List<Candidate> more,
      Precision storage,
      boolean storedEdges,
      int clock) {
    return new DeviceTraits(
        gpu,
        globalBytes,
        bufferBytes,
        localBytes,
        maxGroup,
        computeUnits,
        backend,
        half,
        tensorCores,
        clock,
        first,
        fastest,
        more,
        storage,
        storedEdges);
  }
}
