package fastvit4j.runtime.tornado;

/**
 * Whether computing several steps in one kernel pays on a device: the bytes that then never go
 * through its memory, against what is computed more than once.
 *
 * @param bytes bytes that the steps one by one would write to memory or read from it, and the fused
 *     kernel does not
 * @param operations floating point operations that the fused kernel does in addition
 * @param groups work-groups of the fused kernel
 */
record FusionGain(long bytes, long operations, long groups) {
  /**
   * Operations that a GPU does in the time that a byte takes. Graphics processors of data centres
   * have 10 to 15 in float32, those of desktops up to 80: with more, more fusions pay.
   */
  private static final long BALANCE = 16;

  /** Whether it pays: also, a GPU with idle processors is not slowed down by its memory. */
  boolean pays(DeviceTraits device) {
    return device.gpu() && groups >= device.computeUnits() && bytes * BALANCE > operations;
  }
}
