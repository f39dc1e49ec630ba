package fastvit4j.kernels.cpu.loops;

import fastvit4j.kernels.cpu.Buffers;
import fastvit4j.kernels.cpu.ConvolutionSpec;
import fastvit4j.kernels.cpu.CpuKernel;
import fastvit4j.kernels.cpu.Epilogue;
import fastvit4j.kernels.cpu.Split;
import fastvit4j.kernels.cpu.WeightSource;
import java.util.Arrays;
import java.util.Queue;

/**
 * A depthwise convolution: for each tap a product, element by element, of its weights with the
 * input pixels that it meets, G output pixels at a time. The weights are [kernel height · kernel
 * width, G · O], once for each of the G pixels.
 */
final class LoopDepthwise extends LoopConvolution {
  /** Floats of a block at least: a shorter loop has too little between its begin and its end. */
  private static final int BLOCK_FLOATS = 256;

  /** Rows of a unit: the rows above and below it are read once more. */
  private static final int UNIT = 16;

  private final ArrayPool<Work> pool;

  private LoopDepthwise(
      ConvolutionSpec spec, float[][] weight, float[] bias, ArrayPool<Work> pool) {
    super(spec, weight, bias);
    this.pool = pool;
  }

  /** Packs weights; convolutions with the same pool share their arrays. */
  static LoopDepthwise pack(
      ConvolutionSpec spec, WeightSource weight, float[] bias, ArrayPool<Work> pool) {
    int taps = spec.kernelHeight() * spec.kernelWidth();
    int out = spec.outChannels();
    int floats = Math.ceilDiv(BLOCK_FLOATS, out) * out;
    float[] given = new float[out * taps];
    weight.read(0, given);
    float[][] tiled = new float[taps][floats];
    float[] tiledBias = new float[floats];
    for (int i = 0; i < floats; i++) {
      int o = i % out;
      for (int tap = 0; tap < taps; tap++) {
        tiled[tap][i] = given[o * taps + tap];
      }
      tiledBias[i] = bias == null ? 0 : bias[o];
    }
    return new LoopDepthwise(spec, tiled, tiledBias, pool);
  }

  /** What a unit works in: the last rows of the input, which they are, and a block's sums. */
  static final class Work {
    private final TapRow[] ring;
    private final int[] held;
    private final float[] sums;

    Work(ConvolutionSpec spec, int w, int blocks, int floats) {
      this.ring = new TapRow[spec.kernelHeight()];
      for (int i = 0; i < ring.length; i++) {
        ring[i] = new TapRow(spec, w, blocks, floats);
      }
      this.held = new int[ring.length];
      this.sums = new float[floats];
    }
  }

  @Override
  public CpuKernel bind(int n, int h, int w, Epilogue epilogue) {
    return new Kernel(n, h, w, epilogue);
  }

  private final class Kernel extends CpuKernel {
    private final int h;
    private final int w;
    private final int outH;
    private final int outW;
    private final int blockPixels;
    private final int blocks;
    private final Split rows;
    private final Epilogue epilogue;
    private final Queue<Work> idle;

    Kernel(int n, int h, int w, Epilogue epilogue) {
      int outH = spec.outHeight(h);
      int outW = spec.outWidth(w);
      super(
          "loops over depthwise " + spec.windowName(),
          Footprint.of(
              (long) n * h * w * spec.inChannels(),
              (long) n * outH * outW * spec.outChannels(),
              epilogue,
              0,
              0));
      this.h = h;
      this.w = w;
      this.outH = outH;
      this.outW = outW;
      this.blockPixels = bias.length / spec.outChannels();
      this.blocks = Math.ceilDiv(outW, blockPixels);
      this.rows = new Split(n * outH, Math.min(UNIT, Math.ceilDiv(outH, 2)));
      this.epilogue = epilogue;
      this.idle =
          pool.idle(
              spec.kernelHeight(),
              spec.kernelWidth(),
              spec.stride(),
              spec.padding(),
              spec.inChannels(),
              spec.outChannels(),
              w);
    }

    @Override
    public int units(int phase) {
      return rows.count();
    }

    @Override
    protected void compute(int phase, Buffers buffers, long scratch, int from, int to) {
      int kernelRows = spec.kernelHeight();
      Work found = idle.poll();
      Work work = found == null ? new Work(spec, w, blocks, bias.length) : found;
      TapRow[] ring = work.ring;
      int[] held = work.held;
      float[] sums = work.sums;
      Arrays.fill(held, -1);
      LoopEpilogue store = LoopEpilogue.of(epilogue, buffers, sums.length);
      long in = buffers.input().address();
      for (int row = from < to ? rows.from(from) : 0; from < to && row < rows.to(to - 1); row++) {
        int top = row % outH * spec.stride() - spec.padding();
        int begin = Math.max(0, -top);
        int end = Math.min(kernelRows, h - top);
        for (int r = begin; r < end; r++) {
          int y = row / outH * h + top + r;
          if (held[y % kernelRows] != y) {
            ring[y % kernelRows].load(in + 4L * y * w * spec.inChannels());
            held[y % kernelRows] = y;
          }
        }
        for (int b = 0; b < blocks; b++) {
          System.arraycopy(bias, 0, sums, 0, sums.length);
          for (int r = begin; r < end; r++) {
            int y = row / outH * h + top + r;
            add(sums, r * spec.kernelWidth(), ring[y % kernelRows].block(b));
          }
          int first = b * blockPixels;
          int count = Math.min(blockPixels, outW - first) * spec.outChannels();
          store.store(sums, ((long) row * outW + first) * spec.outChannels(), count);
        }
      }
      idle.add(work);
    }

    /** Adds the taps of a row of the kernel, whose first one is {@code tap}. */
    private void add(float[] sums, int tap, float[][] x) {
      int s = 0;
      for (; s + 2 < x.length; s += 3) {
        ArrayLoops.multiplyAdd3(
            sums,
            weight[tap + s],
            weight[tap + s + 1],
            weight[tap + s + 2],
            x[s],
            x[s + 1],
            x[s + 2]);
      }
      for (; s < x.length; s++) {
        ArrayLoops.multiplyAdd(sums, weight[tap + s], x[s]);
      }
    }
  }
}
