package fastvit4j.kernels.cpu.loops;

import fastvit4j.kernels.cpu.Buffers;
import fastvit4j.kernels.cpu.ConvolutionSpec;
import fastvit4j.kernels.cpu.CpuKernel;
import fastvit4j.kernels.cpu.Epilogue;
import fastvit4j.kernels.cpu.OffHeap;
import fastvit4j.kernels.cpu.Split;
import java.util.Arrays;

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

  private LoopProduct(ConvolutionSpec spec, float[][] weight, float[] bias) {
    super(spec, weight, bias);
  }

  static LoopProduct pack(ConvolutionSpec spec, float[] weight, float[] bias) {
    int taps = spec.kernelHeight() * spec.kernelWidth();
    int in = spec.inChannels();
    int out = spec.outChannels();
    float[][] rows = new float[(taps * in + STEP - 1) / STEP * STEP][out];
    for (int o = 0; o < out; o++) {
      column(weight, o, taps, in, rows);
    }
    return new LoopProduct(spec, rows, bias == null ? new float[out] : bias.clone());
  }

  /** Spreads the weights of an output channel, [C, taps], over the rows. */
  private static void column(float[] weight, int o, int taps, int in, float[][] rows) {
    int from = o * in * taps;
    for (int tap = 0; tap < taps; tap++) {
      for (int c = 0; c < in; c++) {
        rows[tap * in + c][o] = weight[from + c * taps + tap];
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
    }

    @Override
    public int units(int phase) {
      return pixels.count();
    }

    @Override
    protected void compute(int phase, Buffers buffers, long scratch, int from, int to) {
      int out = bias.length;
      float[][] x = new float[UNIT][weight.length];
      float[][] y = new float[UNIT][out];
      float[][][] groups = new float[UNIT / STEP][][];
      for (int g = 0; g < groups.length; g++) {
        groups[g] = Arrays.copyOfRange(x, g * STEP, (g + 1) * STEP);
      }
      LoopEpilogue store = LoopEpilogue.of(epilogue, buffers, out);
      for (int unit = from; unit < to; unit++) {
        int first = pixels.from(unit);
        int count = pixels.to(unit) - first;
        for (int i = 0; i < count; i++) {
          gather(buffers.input().address(), first + i, x[i]);
          System.arraycopy(bias, 0, y[i], 0, out);
        }
        multiply(groups, y, (count + STEP - 1) / STEP);
        for (int i = 0; i < count; i++) {
          store.store(y[i], (long) (first + i) * out, out);
        }
      }
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
