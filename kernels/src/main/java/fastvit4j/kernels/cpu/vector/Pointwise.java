package fastvit4j.kernels.cpu.vector;

import fastvit4j.kernels.cpu.Buffers;
import fastvit4j.kernels.cpu.CpuKernel;
import fastvit4j.kernels.cpu.CpuOperator;
import fastvit4j.kernels.cpu.Epilogue;

/** A pointwise convolution or linear layer: a matrix product of pixels by channels. */
record Pointwise(int inChannels, int outChannels, PackedMatrix weight) implements CpuOperator {
  /** Bytes of input rows that stay in the second-level cache while panels pass over them. */
  private static final int BLOCK_BYTES = 640 << 10;

  /** Rows of a block at most, so that small products have enough units. */
  private static final int BLOCK_ROWS = 192;

  /** Rows that are worth being two blocks. */
  private static final int TWO_BLOCKS = 8 * Tiles.ROWS;

  /** Multiply-accumulate operations that are worth being a unit. */
  private static final long UNIT_MACS = 1 << 20;

  @Override
  public long weightBytes() {
    return weight.bytes();
  }

  @Override
  public CpuKernel bind(int n, int h, int w, Epilogue epilogue) {
    return new Kernel(this, n * h * w, epilogue);
  }

  private static final class Kernel extends CpuKernel {
    private final Pointwise operator;
    private final int rows;
    private final Epilogue epilogue;
    private final int blockRows;
    private final int rowBlocks;
    private final int groupPanels;
    private final int panelGroups;

    /**
     * Whether units that follow each other share a panel, not rows: with so few rows the weights
     * are the most of what is read, and should be read once.
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
      this.rows = rows;
      this.epilogue = epilogue;
      int most = Math.clamp(BLOCK_BYTES / (4L * operator.inChannels), Tiles.ROWS, BLOCK_ROWS);
      int blocks = (rows + most - 1) / most;
      this.panelByPanel = blocks == 1;
      int wanted = panelByPanel && rows >= TWO_BLOCKS ? 2 : blocks;
      int tiles = (rows + Tiles.ROWS - 1) / Tiles.ROWS;
      this.blockRows = Math.min(rows, (tiles + wanted - 1) / wanted * Tiles.ROWS);
      this.rowBlocks = (rows + blockRows - 1) / blockRows;
      int panels = operator.weight.panels().count();
      long panelMacs =
          Math.max(1, (long) blockRows * operator.inChannels * operator.outChannels / panels);
      this.groupPanels = Math.clamp(UNIT_MACS / panelMacs, 1, panels);
      this.panelGroups = (panels + groupPanels - 1) / groupPanels;
    }

    @Override
    public int units(int phase) {
      return rowBlocks * panelGroups;
    }

    @Override
    protected void compute(int phase, Buffers buffers, long scratch, int from, int to) {
      long lda = 4L * operator.inChannels;
      long ldo = 4L * operator.outChannels;
      long in = buffers.input().address();
      long out = buffers.output().address();
      long residual = epilogue.residual() ? buffers.residual().address() : 0;
      for (int unit = from; unit < to; unit++) {
        int block = panelByPanel ? unit % rowBlocks : unit / panelGroups;
        int group = panelByPanel ? unit / rowBlocks : unit % panelGroups;
        int row = block * blockRows;
        int panel = group * groupPanels;
        MatrixProduct.multiply(
            operator.weight,
            panel,
            Math.min(panel + groupPanels, operator.weight.panels().count()),
            in + row * lda,
            lda,
            Math.min(blockRows, rows - row),
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
