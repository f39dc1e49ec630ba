package fastvit4j.kernels.cpu.vector;

import fastvit4j.kernels.cpu.Buffers;
import fastvit4j.kernels.cpu.CpuKernel;
import fastvit4j.kernels.cpu.CpuOperator;
import fastvit4j.kernels.cpu.Epilogue;
import fastvit4j.kernels.cpu.Split;
import java.util.List;
import java.util.Optional;

/** A pointwise convolution or linear layer: a matrix product of pixels by channels. */
record Pointwise(int inChannels, int outChannels, PackedMatrix weight) implements CpuOperator {
  /** Multiply-accumulate operations that are worth being a unit. */
  private static final long UNIT_MACS = 1 << 20;

  /** Blocks of an image's rows that are enough for the threads of most machines. */
  private static final int LEAST_BLOCKS = 16;

  @Override
  public long weightBytes() {
    return weight.bytes();
  }

  @Override
  public CpuKernel bind(int n, int h, int w, Epilogue epilogue) {
    return new Kernel(this, n * h * w, epilogue);
  }

  @Override
  public Optional<CpuKernel> bindWith(int n, int h, int w, Epilogue epilogue, List<Follower> next) {
    // By the image alone, so that a picture is computed alike in every batch.
    return chain(epilogue, next)
        .filter(chain -> h * w > (LEAST_BLOCKS - 1) * chain.blockRows())
        .map(chain -> new PointwisePair(chain, n * h * w));
  }

  /** This product and those that follow as a chain, if they are one. */
  Optional<ProductChain> chain(Epilogue epilogue, List<Follower> next) {
    if (next.isEmpty()) {
      return Optional.of(new ProductChain(this, null, null, epilogue));
    }
    if (next.size() == 1
        && !epilogue.residual()
        && next.getFirst().operator() instanceof Pointwise second) {
      return Optional.of(new ProductChain(this, epilogue, second, next.getFirst().epilogue()));
    }
    return Optional.empty();
  }

  private static final class Kernel extends CpuKernel {
    private final Pointwise operator;
    private final Epilogue epilogue;
    private final Split rowBlocks;
    private final Split panelGroups;

    /**
     * Whether units that follow each other share panels, not rows: where the weights are more than
     * the input, they should be read once.
     */
    private final boolean panelByPanel;

    Kernel(Pointwise operator, int rows, Epilogue epilogue) {
      super(
          "matrix product " + rows + "x" + operator.outChannels + "x" + operator.inChannels,
          Footprint.of(
              (long) rows * operator.inChannels,
              (long) rows * operator.outChannels,
              epilogue,
              0,
              Tiles.BLOCK_BYTES));
      this.operator = operator;
      this.epilogue = epilogue;
      int panels = operator.weight.panels().count();
      long panelMacs = Math.ceilDiv((long) operator.inChannels * operator.outChannels, panels);
      this.panelGroups =
          evenly(
              panels,
              Math.clamp(UNIT_MACS / (Tiles.BLOCK_ROWS * panelMacs), 1, Tiles.BLOCK_PANELS));
      long rowMacs = panelGroups.size() * panelMacs;
      Split tiles =
          evenly(
              Math.ceilDiv(rows, Tiles.ROWS),
              Math.clamp(UNIT_MACS / rowMacs, Tiles.BLOCK_ROWS, Integer.MAX_VALUE) / Tiles.ROWS);
      this.rowBlocks = new Split(rows, tiles.size() * Tiles.ROWS);
      this.panelByPanel = rows < operator.outChannels;
    }

    /** Pieces of {@code most} at most, which differ as little as can be. */
    private static Split evenly(int total, int most) {
      return new Split(total, Math.ceilDiv(total, Math.ceilDiv(total, most)));
    }

    @Override
    public int units(int phase) {
      return rowBlocks.count() * panelGroups.count();
    }

    @Override
    protected void compute(int phase, Buffers buffers, long scratch, int from, int to) {
      long lda = 4L * operator.inChannels;
      long ldo = 4L * operator.outChannels;
      long in = buffers.input().address();
      long out = buffers.output().address();
      long residual = epilogue.residual() ? buffers.residual().address() : 0;
      for (int unit = from; unit < to; unit++) {
        int block = panelByPanel ? unit % rowBlocks.count() : unit / panelGroups.count();
        int group = panelByPanel ? unit / rowBlocks.count() : unit % panelGroups.count();
        int row = rowBlocks.from(block);
        MatrixProduct.multiply(
            operator.weight,
            panelGroups.from(group),
            panelGroups.to(group),
            in + row * lda,
            lda,
            rowBlocks.to(block) - row,
            1,
            0,
            out + row * ldo,
            epilogue.residual() ? residual + row * ldo : 0,
            ldo,
            epilogue.activation(),
            scratch);
      }
    }
  }
}
