package fastvit4j.kernels.cpu.scalar;

import fastvit4j.kernels.cpu.Buffers;
import fastvit4j.kernels.cpu.CpuKernel;
import fastvit4j.kernels.cpu.CpuOperator;
import fastvit4j.kernels.cpu.Epilogue;
import fastvit4j.kernels.cpu.OffHeap;

/**
 * Multi-head self-attention, one query's scores at a time.
 *
 * @param heads independent heads
 * @param headDim channels of a head
 */
record ScalarAttention(int heads, int headDim) implements CpuOperator {
  @Override
  public long weightBytes() {
    return 0;
  }

  @Override
  public CpuKernel bind(int n, int h, int w, Epilogue epilogue) {
    return new Kernel(this, n, h * w, epilogue);
  }

  /** The scratch holds a query's scores and its result. */
  private static final class Kernel extends CpuKernel {
    private final int heads;
    private final int headDim;
    private final int n;
    private final int tokens;
    private final Epilogue epilogue;

    Kernel(ScalarAttention operator, int n, int tokens, Epilogue epilogue) {
      long outputs = (long) n * tokens * operator.heads * operator.headDim;
      super(
          "scalar attention",
          Footprint.of(3 * outputs, outputs, epilogue, 0, 4L * (tokens + operator.headDim)));
      this.heads = operator.heads;
      this.headDim = operator.headDim;
      this.n = n;
      this.tokens = tokens;
      this.epilogue = epilogue;
    }

    @Override
    public int units(int phase) {
      return n * heads;
    }

    @Override
    protected void compute(int phase, Buffers buffers, long scratch, int from, int to) {
      long channels = (long) heads * headDim;
      for (int unit = from; unit < to; unit++) {
        long column = 4L * (unit % heads) * headDim;
        long first = (long) (unit / heads) * tokens;
        long image = buffers.input().address() + 12 * channels * first + column;
        for (int t = 0; t < tokens; t++) {
          query(image, image + 12 * channels * t, scratch);
          long place = 4 * channels * (first + t) + column;
          long residual = epilogue.residual() ? buffers.residual().address() + place : 0;
          ScalarPixelKernel.store(
              scratch + 4L * tokens,
              headDim,
              buffers.output().address() + place,
              residual,
              epilogue);
        }
      }
    }

    private void query(long image, long query, long scores) {
      long channelBytes = 4L * heads * headDim;
      double scale = 1 / Math.sqrt(headDim);
      double max = Double.NEGATIVE_INFINITY;
      for (int t = 0; t < tokens; t++) {
        long key = image + 3 * channelBytes * t + channelBytes;
        float score = (float) (scale * ScalarMath.dot(query, key, headDim));
        OffHeap.set(scores + 4L * t, score);
        max = Math.max(max, score);
      }
      double sum = 0;
      for (int t = 0; t < tokens; t++) {
        float e = (float) Math.exp(OffHeap.get(scores + 4L * t) - max);
        OffHeap.set(scores + 4L * t, e);
        sum += e;
      }
      for (int d = 0; d < headDim; d++) {
        double mean = 0;
        for (int t = 0; t < tokens; t++) {
          long value = image + 3 * channelBytes * t + 2 * channelBytes;
          mean += (double) OffHeap.get(scores + 4L * t) * OffHeap.get(value + 4L * d);
        }
        OffHeap.set(scores + 4L * (tokens + d), (float) (mean / sum));
      }
    }
  }
}
