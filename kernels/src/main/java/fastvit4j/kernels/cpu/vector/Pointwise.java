package fastvit4j.kernels.cpu.vector;

import fastvit4j.kernels.cpu.Buffers;
import fastvit4j.kernels.cpu.CpuKernel;
import fastvit4j.kernels.cpu.CpuOperator;
import fastvit4j.kernels.cpu.Epilogue;
import java.util.List;
import java.util.Optional;

/** A pointwise convolution or linear layer: a matrix product of pixels by channels. */
record Pointwise(int inChannels, int outChannels, ProductWeights weight) implements CpuOperator {
  @Override
  public long weightBytes() {
    return weight.bytes();
  }

  @Override
  public CpuKernel bind(int n, int h, int w, Epilogue epilogue) {
    return switch (weight) {
      case PairedMatrix paired ->
          n * h * w > ProductUnits.ENOUGH * PairedProduct.BLOCK_ROWS
              ? new PointwiseChain(new ProductChain(this, null, null, epilogue), n * h * w)
              : new PairedPointwise(paired, inChannels, outChannels, n * h * w, epilogue);
      case PackedMatrix packed -> new Kernel(this, packed, n * h * w, epilogue);
    };
  }

  @Override
  public Optional<CpuKernel> bindWith(int n, int h, int w, Epilogue epilogue, List<Follower> next) {
    // By the image alone, so that a picture is computed alike in every batch.
    return chain(epilogue, next)
        .filter(chain -> h * w > ProductUnits.ENOUGH * chain.blockRows())
        .map(chain -> new PointwiseChain(chain, n * h * w));
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
    private final PackedMatrix weight;
    private final Epilogue epilogue;
    private final ProductUnits units;

    Kernel(Pointwise operator, PackedMatrix weight, int rows, Epilogue epilogue) {
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
      this.weight = weight;
      this.units =
          ProductUnits.of(weight.panels(), operator.inChannels, operator.outChannels, rows);
    }

    @Override
    public int units(int phase) {
      return units.count();
    }

    @Override
    protected void compute(int phase, Buffers buffers, long scratch, int from, int to) {
      long lda = 4L * operator.inChannels;
      long ldo = 4L * operator.outChannels;
      long in = buffers.input().address();
      long out = buffers.output().address();
      long residual = epilogue.residual() ? buffers.residual().address() : 0;
      for (int unit = from; unit < to; unit++) {
        int row = units.fromRow(unit);
        MatrixProduct.multiply(
            weight,
            units.fromPanel(unit),
            units.toPanel(unit),
            in + row * lda,
            lda,
            units.toRow(unit) - row,
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
