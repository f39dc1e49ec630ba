package fastvit4j.kernels.cpu.vector;

import fastvit4j.kernels.cpu.Buffers;
import fastvit4j.kernels.cpu.CpuKernel;
import fastvit4j.kernels.cpu.Split;

/** A {@link ProductChain} of all pixels, whose units are rows. */
final class PointwiseChain extends CpuKernel {
  private final ProductChain chain;
  private final Split blocks;

  PointwiseChain(ProductChain chain, int rows) {
    super(
        "matrix products " + rows + "x" + chain.channels(),
        Footprint.of(
            (long) rows * chain.inChannels(),
            (long) rows * chain.outChannels(),
            chain.epilogue(),
            0,
            chain.scratchBytes()));
    this.chain = chain;
    this.blocks = new Split(rows, chain.blockRows());
  }

  @Override
  public int units(int phase) {
    return blocks.count();
  }

  @Override
  protected void compute(int phase, Buffers buffers, long scratch, int from, int to) {
    if (from == to) {
      return;
    }
    int row = blocks.from(from);
    long place = 4L * row * chain.outChannels();
    chain.run(
        buffers.input().address() + 4L * row * chain.inChannels(),
        blocks.to(to - 1) - row,
        buffers.output().address() + place,
        chain.epilogue().residual() ? buffers.residual().address() + place : 0,
        scratch);
  }
}
