package fastvit4j.kernels.cpu.vector;

import fastvit4j.kernels.cpu.Buffers;
import fastvit4j.kernels.cpu.CpuKernel;
import fastvit4j.kernels.cpu.Epilogue;
import fastvit4j.kernels.cpu.Split;

/**
 * A paired product of few pixels: all rows are prepared first, in the workspace, and then a unit
 * has some of them and some panels of the weights.
 */
final class PairedPointwise extends CpuKernel {
  private final PairedMatrix weight;
  private final int inChannels;
  private final int outChannels;
  private final int rows;
  private final Epilogue epilogue;
  private final Split groups;
  private final ProductUnits units;

  PairedPointwise(
      PairedMatrix weight, int inChannels, int outChannels, int rows, Epilogue epilogue) {
    super(
        "paired product " + rows + "x" + outChannels + "x" + inChannels,
        Footprint.of(
            (long) rows * inChannels,
            (long) rows * outChannels,
            epilogue,
            PairedRows.bytes(weight, rows),
            PairedProduct.SCRATCH_BYTES));
    this.weight = weight;
    this.inChannels = inChannels;
    this.outChannels = outChannels;
    this.rows = rows;
    this.epilogue = epilogue;
    this.groups = new Split(rows, PairedRows.GROUP);
    this.units = ProductUnits.paired(weight.panels(), inChannels, outChannels, rows);
  }

  @Override
  public int phases() {
    return 2;
  }

  @Override
  public int units(int phase) {
    return phase == 0 ? groups.count() : units.count();
  }

  @Override
  protected void compute(int phase, Buffers buffers, long scratch, int from, int to) {
    for (int unit = from; unit < to; unit++) {
      if (phase == 0) {
        prepare(buffers, unit);
      } else {
        multiply(buffers, unit, scratch);
      }
    }
  }

  private void prepare(Buffers buffers, int group) {
    long lda = 4L * inChannels;
    int row = groups.from(group);
    PairedRows.prepare(
        weight,
        buffers.input().address() + row * lda,
        lda,
        buffers.workspace().address(),
        rows,
        row,
        groups.to(group));
  }

  private void multiply(Buffers buffers, int unit, long scratch) {
    long ldo = 4L * outChannels;
    int row = units.fromRow(unit);
    PairedProduct.multiply(
        weight,
        units.fromPanel(unit),
        units.toPanel(unit),
        buffers.workspace().address(),
        rows,
        row,
        units.toRow(unit),
        buffers.output().address() + row * ldo,
        epilogue.residual() ? buffers.residual().address() + row * ldo : 0,
        ldo,
        epilogue.activation(),
        scratch);
  }
}
