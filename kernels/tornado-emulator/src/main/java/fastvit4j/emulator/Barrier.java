package fastvit4j.emulator;

/** The barriers of a work-group, by the memory that they order, as OpenCL's fences do. */
public enum Barrier {
  /** {@code localBarrier}: what was written to local memory before is visible after. */
  LOCAL,
  /** {@code globalBarrier}: what was written to buffers before is visible after. */
  GLOBAL
}
