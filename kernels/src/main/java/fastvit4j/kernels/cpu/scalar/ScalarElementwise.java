package fastvit4j.kernels.cpu.scalar;

import fastvit4j.kernels.cpu.Buffers;
import fastvit4j.kernels.cpu.CpuKernel;
import fastvit4j.kernels.cpu.CpuOperator;
import fastvit4j.kernels.cpu.ElementwiseKind;
import fastvit4j.kernels.cpu.Epilogue;
import fastvit4j.kernels.cpu.OffHeap;
import fastvit4j.kernels.cpu.Split;

/**
 * Sum, difference, or the input itself, element by element.
 *
 * @param kind what is computed
 * @param channels channels
 */
record ScalarElementwise(ElementwiseKind kind, int channels) implements CpuOperator {
  private static final int UNIT_FLOATS = 1 << 14;

  @Override
  public long weightBytes() {
    return 0;
  }

  @Override
  public CpuKernel bind(int n, int h, int w, Epilogue epilogue) {
    Split elements = new Split(n * h * w * channels, UNIT_FLOATS);
    CpuKernel.Footprint footprint = kind.footprint(elements.total(), epilogue, 0);
    return new CpuKernel("scalar " + kind.kernelName(), footprint) {
      @Override
      public int units(int phase) {
        return elements.count();
      }

      @Override
      protected void compute(int phase, Buffers buffers, long scratch, int from, int to) {
        for (int i = elements.from(from); to > from && i < elements.to(to - 1); i++) {
          long at = 4L * i;
          double x = OffHeap.get(buffers.input().address() + at);
          if (kind != ElementwiseKind.IDENTITY) {
            float b = OffHeap.get(buffers.second().address() + at);
            x += kind == ElementwiseKind.ADD ? b : -b;
          }
          if (epilogue.residual()) {
            x += OffHeap.get(buffers.residual().address() + at);
          }
          OffHeap.set(buffers.output().address() + at, ScalarMath.apply(epilogue.activation(), x));
        }
      }
    };
  }
}
