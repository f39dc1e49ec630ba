package fastvit4j.kernels.cpu;

import java.lang.foreign.MemorySegment;

/**
 * An operator bound to an image size. Its work is split into phases, which follow each other, and
 * each phase into units, which any threads may run in any order; the result does not depend on who
 * runs what. A kernel holds no state and is safe to share.
 */
public abstract class CpuKernel {
  private final String name;
  private final Footprint footprint;

  /**
   * What a kernel needs to be given, in bytes; all are exact, save scratch and workspace, which may
   * be larger.
   *
   * @param input the first input
   * @param second the second input, 0 for none
   * @param residual what the epilogue adds, 0 for nothing
   * @param output the output
   * @param workspace shared by all units of one run
   * @param scratch private to each thread, aligned to 64 bytes
   */
  public record Footprint(
      long input, long second, long residual, long output, long workspace, long scratch) {
    /** The footprint of {@code inputs} and {@code outputs} elements, without second input. */
    public static Footprint of(
        long inputs, long outputs, Epilogue epilogue, long workspaceBytes, long scratchBytes) {
      long out = 4 * outputs;
      return new Footprint(
          4 * inputs, 0, epilogue.residual() ? out : 0, out, workspaceBytes, scratchBytes);
    }
  }

  /** A kernel of the given name and needs. */
  protected CpuKernel(String name, Footprint footprint) {
    this.name = name;
    this.footprint = footprint;
  }

  /** For people: the algorithm and its parameters. */
  public final String name() {
    return name;
  }

  /** Bytes of scratch that each thread needs, aligned to 64 bytes. */
  public final long scratchBytes() {
    return footprint.scratch();
  }

  /** Bytes of workspace that one run needs, shared by its units. */
  public final long workspaceBytes() {
    return footprint.workspace();
  }

  /** The number of phases. */
  public int phases() {
    return 1;
  }

  /** Independent pieces of work in a phase. */
  public abstract int units(int phase);

  /**
   * Runs units {@code from} (inclusive) to {@code to} (exclusive) of a phase.
   *
   * @throws IllegalArgumentException if a buffer is missing or has not the kernel's size, or if
   *     there are no such units
   */
  public final void run(int phase, Buffers buffers, MemorySegment scratch, int from, int to) {
    check("input", buffers.input(), footprint.input(), true);
    check("second input", buffers.second(), footprint.second(), true);
    check("residual", buffers.residual(), footprint.residual(), true);
    check("output", buffers.output(), footprint.output(), true);
    check("workspace", buffers.workspace(), footprint.workspace(), false);
    check("scratch", scratch, footprint.scratch(), false);
    if (from < 0 || from > to || to > units(phase)) {
      throw new IllegalArgumentException(
          "units " + from + " to " + to + " of " + units(phase) + " of " + name);
    }
    compute(phase, buffers, scratch == null ? 0 : scratch.address(), from, to);
  }

  /** Runs the units; everything was checked. */
  protected abstract void compute(int phase, Buffers buffers, long scratch, int from, int to);

  private void check(String what, MemorySegment segment, long bytes, boolean exact) {
    if (bytes == 0) {
      return;
    }
    if (segment == null
        || !segment.isNative()
        || (exact ? segment.byteSize() != bytes : segment.byteSize() < bytes)) {
      throw new IllegalArgumentException(
          name
              + " takes "
              + bytes
              + " bytes of "
              + what
              + ", not "
              + (segment == null ? "none" : segment.byteSize() + " bytes"));
    }
  }
}
