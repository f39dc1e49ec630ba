package fastvit4j.kernels.cpu.vector;

import fastvit4j.kernels.cpu.CpuKernel;

/** A kernel that can be asked for some rows of an image, and to put them anywhere. */
abstract class RowKernel extends CpuKernel {
  /** A kernel of the given name and needs. */
  RowKernel(String name, Footprint footprint) {
    super(name, footprint);
  }

  /** Prepares a thread's scratch, once for all rows that follow; most kernels need not. */
  void prepare(long scratch) {}

  /**
   * Computes all channels of some rows of one image.
   *
   * @param image address of the image's input
   * @param from first output row
   * @param to output row after the last
   * @param out address of the first of these rows
   * @param residual address of the first row of what the epilogue adds, or 0
   * @param scratch memory that was {@link #prepare prepared}
   */
  abstract void rows(long image, int from, int to, long out, long residual, long scratch);
}
