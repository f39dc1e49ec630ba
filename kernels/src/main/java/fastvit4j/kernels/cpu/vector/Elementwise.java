package fastvit4j.kernels.cpu.vector;

import static fastvit4j.kernels.cpu.OffHeap.MEMORY;
import static fastvit4j.kernels.cpu.vector.Lanes.ORDER;
import static fastvit4j.kernels.cpu.vector.Lanes.SPECIES;

import fastvit4j.kernels.cpu.Buffers;
import fastvit4j.kernels.cpu.CpuKernel;
import fastvit4j.kernels.cpu.CpuOperator;
import fastvit4j.kernels.cpu.ElementwiseKind;
import fastvit4j.kernels.cpu.Epilogue;
import fastvit4j.kernels.cpu.OffHeap;
import fastvit4j.kernels.cpu.Split;
import jdk.incubator.vector.FloatVector;

/**
 * Sum, difference, or the input itself, element by element, then the epilogue.
 *
 * @param kind what is computed
 * @param channels channels
 */
record Elementwise(ElementwiseKind kind, int channels) implements CpuOperator {
  /** Floats of a unit. */
  private static final int UNIT_FLOATS = 1 << 14;

  /** Floats that pass through scratch at a time. */
  private static final int CHUNK = 1 << 10;

  @Override
  public long weightBytes() {
    return 0;
  }

  @Override
  public CpuKernel bind(int n, int h, int w, Epilogue epilogue) {
    return new Kernel(kind, n * h * w * channels, epilogue);
  }

  private static final class Kernel extends CpuKernel {
    private final ElementwiseKind kind;
    private final Epilogue epilogue;
    private final Split elements;

    Kernel(ElementwiseKind kind, int elements, Epilogue epilogue) {
      super(kind.kernelName(), kind.footprint(elements, epilogue, 4L * (CHUNK + Lanes.LENGTH)));
      this.kind = kind;
      this.epilogue = epilogue;
      this.elements = new Split(elements, UNIT_FLOATS);
    }

    @Override
    public int units(int phase) {
      return elements.count();
    }

    @Override
    protected void compute(int phase, Buffers buffers, long scratch, int from, int to) {
      int end = elements.to(to - 1);
      for (int i = elements.from(from); i < end; i += CHUNK) {
        int count = Math.min(CHUNK, end - i);
        long place = 4L * i;
        result(buffers, place, count, scratch);
        Epilogues.store(
            scratch,
            0,
            1,
            count,
            buffers.output().address() + place,
            epilogue.residual() ? buffers.residual().address() + place : 0,
            0,
            epilogue.activation());
      }
    }

    private void result(Buffers buffers, long place, int count, long to) {
      long a = buffers.input().address() + place;
      if (kind == ElementwiseKind.IDENTITY) {
        OffHeap.copy(a, to, 4L * count);
        return;
      }
      long b = buffers.second().address() + place;
      float sign = kind == ElementwiseKind.ADD ? 1 : -1;
      int i = 0;
      for (; i + Lanes.LENGTH <= count; i += Lanes.LENGTH) {
        long at = 4L * i;
        FloatVector.fromMemorySegment(SPECIES, MEMORY, b + at, ORDER)
            .fma(
                FloatVector.broadcast(SPECIES, sign),
                FloatVector.fromMemorySegment(SPECIES, MEMORY, a + at, ORDER))
            .intoMemorySegment(MEMORY, to + at, ORDER);
      }
      for (; i < count; i++) {
        OffHeap.set(to + 4L * i, OffHeap.get(a + 4L * i) + sign * OffHeap.get(b + 4L * i));
      }
    }
  }
}
