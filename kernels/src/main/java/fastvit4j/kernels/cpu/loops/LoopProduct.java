package fastvit4j.kernels.cpu.loops;

import fastvit4j.kernels.cpu.Buffers;
import fastvit4j.kernels.cpu.ConvolutionSpec;
import fastvit4j.kernels.cpu.CpuKernel;
import fastvit4j.kernels.cpu.Epilogue;
import fastvit4j.kernels.cpu.OffHeap;
import fastvit4j.kernels.cpu.Split;
import fastvit4j.kernels.cpu.WeightSource;
import java.util.Arrays;
import java.util.Queue;

/**
 * A convolution without groups, and so a linear layer: the product of the matrix of weights with
 * that of the windows, four windows and four terms at a time. The weights are [terms, O], terms
 * being kernel height · kernel width · C, and zeros up to a multiple of four.
 */
final class LoopProduct extends LoopConvolution {
  /** Windows, and terms, that the inner loop takes at a time. */
  private static final int STEP = ArrayLoops.STEP;

  /** Windows of a unit, which read the weights once. */
  private static final int UNIT = 16;

  /** Floats of weights that stay in a second-level cache. */
  private static final int CACHED = 1 << 15;

  /** Output channels whose weights are transposed at a time. */
  private static final int COLUMNS = 8;

  private final ArrayPool<Work> pool;

  private LoopProduct(ConvolutionSpec spec, float[][] weight, float[] bias, ArrayPool<Work> pool) {
    super(spec, weight, bias);
    this.pool = pool;
  }

  /** Packs weights; products with the same pool share their arrays. */
  static LoopProduct pack(
      ConvolutionSpec spec, WeightSource weight, float[] bias, ArrayPool<Work> pool) {
    int taps = spec.kernelHeight() * spec.kernelWidth();
    int in = spec.inChannels();
    int out = spec.outChannels();
    float[][] rows = new float[(taps * in + STEP - 1) / STEP * STEP][out];
    int terms = taps * in;
    float[] columns = new float[Math.min(COLUMNS, out) * terms];
    for (int o = 0; o < out; o += COLUMNS) {
      // The last ones begin earlier where they would not be as many.
      int first = Math.max(0, Math.min(o, out - COLUMNS));
      weight.read(first * terms, columns);
      if (taps == 1 && out >= COLUMNS) {
        spread(columns, rows, terms, first);
      } else {
        for (int i = 0; i < columns.length / terms; i++) {
          spread(columns, i * terms, taps, in, rows, first + i);
        }
      }
    }
    return new LoopProduct(spec, rows, bias == null ? new float[out] : bias.clone(), pool);
  }

  /** Spreads the weights of an output channel, [C, taps], over the rows. */
  private static void spread(float[] columns, int from, int taps, int in, float[][] rows, int o) {
    for (int tap = 0; tap < taps; tap++) {
      for (int c = 0; c < in; c++) {
        rows[tap * in + c][o] = columns[from + c * taps + tap];
      }
    }
  }

  /** Spreads those of eight at once, so that each row is written to an eighth as often. */
  private static void spread(float[] columns, float[][] rows, int terms, int o) {
    for (int k = 0; k < terms; k++) {
      float[] row = rows[k];
      row[o] = columns[k];
      row[o + 1] = columns[k + terms];
      row[o + 2] = columns[k + 2 * terms];
      row[o + 3] = columns[k + 3 * terms];
      row[o + 4] = columns[k + 4 * terms];
      row[o + 5] = columns[k + 5 * terms];
      row[o + 6] = columns[k + 6 * terms];
      row[o + 7] = columns[k + 7 * terms];
    }
  }

  /** What a unit works in: windows, in groups of four, and their sums. */
  static final class Work {
    private final float[][] x;
    private final float[][][] groups;
    private final float[][] y;

    Work(int terms, int out) {
      this.x = new float[UNIT][terms];
      this.y = new float[UNIT][out];
      this.groups = new float[UNIT / STEP][STEP][];
      for (int i = 0; i < UNIT; i++) {
        groups[i / STEP][i % STEP] = x[i];
      }
    }
  }

  @Override
  public CpuKernel bind(int n, int h, int w, Epilogue epilogue) {
    return new Kernel(n, h, w, epilogue);
  }

  private final class Kernel extends CpuKernel {
    private final int h;
    private final int w;
    private final int outW;
    private final int outPixels;
    private final Split pixels;
    private final Epilogue epilogue;
    private final Queue<Work> idle;

    Kernel(int n, int h, int w, Epilogue epilogue) {
      int outW = spec.outWidth(w);
      int outPixels = spec.outHeight(h) * outW;
      super(
          "loops over products " + spec.windowName(),
          Footprint.of(
              (long) n * h * w * spec.inChannels(),
              (long) n * outPixels * spec.outChannels(),
              epilogue,
              0,
              0));
      this.h = h;
      this.w = w;
      this.outW = outW;
      this.outPixels = outPixels;
      this.pixels = new Split(n * outPixels, UNIT);
      this.epilogue = epilogue;
      this.idle = pool.idle(weight.length, bias.length);
    }

    @Override
    public int units(int phase) {
      return pixels.count();
    }

    @Override
    protected void compute(int phase, Buffers buffers, long scratch, int from, int to) {
      int out = bias.length;
      Work found = idle.poll();
      Work work = found == null ? new Work(weight.length, out) : found;
      LoopEpilogue store = LoopEpilogue.of(epilogue, buffers, out);
      for (int unit = from; unit < to; unit++) {
        int first = pixels.from(unit);
        int count = pixels.to(unit) - first;
        for (int i = 0; i < count; i++) {
          gather(buffers.input().address(), first + i, work.x[i]);
          System.arraycopy(bias, 0, work.y[i], 0, out);
        }
        multiply(work.groups, work.y, (count + STEP - 1) / STEP);
        for (int i = 0; i < count; i++) {
          store.store(work.y[i], (long) (first + i) * out, out);
        }
      }
      idle.add(work);
    }

    /** As many terms as stay in a cache with all windows, then the next ones. */
    private void multiply(float[][][] x, float[][] y, int groups) {
      int block = Math.max(1, CACHED / bias.length / STEP) * STEP;
      for (int k = 0; k < weight.length; k += block) {
        for (int g = 0; g < groups; g++) {
          for (int t = k; t < Math.min(k + block, weight.length); t += STEP) {
            ArrayLoops.product(y, g * STEP, weight, x[g], t);
          }
        }
      }
    }

    /** The window of an output pixel, with zeros for what is outside of the image. */
    private void gather(long in, int pixel, float[] window) {
      int c = spec.inChannels();
      if (spec.isPointwise()) {
        OffHeap.load(in + 4L * pixel * c, window, 0, c);
        return;
      }
      long image = in + 4L * (pixel / outPixels) * h * w * c;
      int top = pixel % outPixels / outW * spec.stride() - spec.padding();
      int left = pixel % outW * spec.stride() - spec.padding();
      int begin = Math.max(0, -left);
      int end = Math.min(spec.kernelWidth(), w - left);
      int rowFloats = spec.kernelWidth() * c;
      for (int r = 0; r < spec.kernelHeight(); r++) {
        int at = r * rowFloats;
        if (top + r < 0 || top + r >= h || begin >= end) {
          Arrays.fill(window, at, at + rowFloats, 0);
        } else {
          Arrays.fill(window, at, at + begin * c, 0);
          long row = image + 4L * ((long) (top + r) * w + left + begin) * c;
          OffHeap.load(row, window, at + begin * c, (end - begin) * c);
          Arrays.fill(window, at + end * c, at + rowFloats, 0);
        }
      }
    }
  }
}
