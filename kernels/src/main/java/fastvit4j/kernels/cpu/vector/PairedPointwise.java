package fastvit4j.kernels.cpu.vector;

import fastvit4j.kernels.cpu.Buffers;
import fastvit4j.kernels.cpu.CpuKernel;
import fastvit4j.kernels.cpu.Epilogue;
import fastvit4j.kernels.cpu.Split;

/**
 * A paired product of all pixels. Where they are many, a unit prepares its rows itself and
 * multiplies them by all weights. Else all rows are prepared first, in the workspace, and a unit
 * has some panels of the weights.
 */
final class PairedPointwise extends CpuKernel {
  private final PairedMatrix weight;
  private final int inChannels;
  private final int outChannels;
  private final int rows;
  private final Epilogue epilogue;

  /** The rows that a unit prepares. */
  private final Split blocks;

  /** The units of the second phase, or null if there is none. */
  private final ProductUnits units;

  PairedPointwise(
      PairedMatrix weight, int inChannels, int outChannels, int rows, Epilogue epilogue) {
    ProductUnits units = ProductUnits.paired(weight.panels(), inChannels, outChannels, rows);
    int blockRows = ProductUnits.blockRows((long) inChannels * outChannels);
    boolean together = rows > ProductUnits.ENOUGH * blockRows;
    super(
        "paired product " + rows + "x" + outChannels + "x" + inChannels,
        Footprint.of(
            (long) rows * inChannels,
            (long) rows * outChannels,
            epilogue,
            together ? 0 : PairedRows.bytes(weight, rows),
            together ? weight.scratchBytes() : PairedProduct.SCRATCH_BYTES));
    this.weight = weight;
    this.inChannels = inChannels;
    this.outChannels = outChannels;
    this.rows = rows;
    this.epilogue = epilogue;
    this.blocks = new Split(rows, together ? blockRows : PairedRows.GROUP);
    this.units = together ? null : units;
  }

  @Override
  public int phases() {
    return units == null ? 1 : 2;
  }

  @Override
  public int units(int phase) {
    return phase == 0 ? blocks.count() : units.count();
  }

  @Override
  protected void compute(int phase, Buffers buffers, long scratch, int from, int to) {
    long lda = 4L * inChannels;
    long ldo = 4L * outChannels;
    long in = buffers.input().address();
    long out = buffers.output().address();
    long residual = epilogue.residual() ? buffers.residual().address() : 0;
    for (int unit = from; unit < to; unit++) {
      if (phase == 1) {
        int row = units.fromRow(unit);
        PairedProduct.multiply(
            weight,
            units.fromPanel(unit),
            units.toPanel(unit),
            buffers.workspace().address(),
            rows,
            row,
            units.toRow(unit),
            out + row * ldo,
            residual == 0 ? 0 : residual + row * ldo,
            ldo,
            epilogue.activation(),
            scratch);
        continue;
      }
      int row = blocks.from(unit);
      if (units == null) {
        weight.multiply(
            in + row * lda,
            lda,
            blocks.to(unit) - row,
            out + row * ldo,
            residual == 0 ? 0 : residual + row * ldo,
            ldo,
            epilogue.activation(),
            scratch);
      } else {
        long prepared = buffers.workspace().address();
        PairedRows.prepare(weight, in + row * lda, lda, prepared, rows, row, blocks.to(unit));
      }
    }
  }
}
