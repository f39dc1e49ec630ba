package fastvit4j.kernels.cpu.scalar;

import fastvit4j.kernels.cpu.ConvolutionSpec;
import fastvit4j.kernels.cpu.CpuKernel;
import fastvit4j.kernels.cpu.CpuOperator;
import fastvit4j.kernels.cpu.Epilogue;
import fastvit4j.kernels.cpu.OffHeap;
import fastvit4j.kernels.cpu.WeightSource;
import java.lang.foreign.Arena;

/**
 * Any convolution, and so any linear layer.
 *
 * @param spec its shape
 * @param weight address of the weights, [O, kernel height, kernel width, C / groups]
 * @param bias address of the bias, [O]
 */
record ScalarConvolution(ConvolutionSpec spec, long weight, long bias) implements CpuOperator {
  static ScalarConvolution pack(
      ConvolutionSpec spec, WeightSource weight, float[] bias, Arena arena) {
    int taps = spec.kernelHeight() * spec.kernelWidth();
    int in = spec.groupInChannels();
    float[] given = new float[spec.outChannels() * taps * in];
    weight.read(0, given);
    float[] packed = new float[given.length];
    for (int i = 0; i < packed.length; i++) {
      int o = i / (taps * in);
      int c = i / taps % in;
      packed[(o * taps + i % taps) * in + c] = given[i];
    }
    return new ScalarConvolution(
        spec,
        OffHeap.copyOf(arena, packed, 0),
        OffHeap.copyOf(arena, bias == null ? new float[0] : bias, spec.outChannels()));
  }

  @Override
  public long weightBytes() {
    int taps = spec.kernelHeight() * spec.kernelWidth();
    return 4L * spec.outChannels() * (taps * spec.groupInChannels() + 1);
  }

  @Override
  public CpuKernel bind(int n, int h, int w, Epilogue epilogue) {
    int outW = spec.outWidth(w);
    int outPixels = spec.outHeight(h) * outW;
    return new ScalarPixelKernel(
        "scalar convolution " + spec.windowName(),
        (long) n * h * w * spec.inChannels(),
        n * outPixels,
        spec.outChannels(),
        (long) spec.groupInChannels() * spec.kernelHeight() * spec.kernelWidth(),
        epilogue) {
      @Override
      void pixel(long in, int pixel, long result) {
        long image = in + 4L * (pixel / outPixels) * h * w * spec.inChannels();
        int top = pixel % outPixels / outW * spec.stride() - spec.padding();
        int left = pixel % outW * spec.stride() - spec.padding();
        for (int o = 0; o < spec.outChannels(); o++) {
          OffHeap.set(result + 4L * o, (float) window(image, h, w, top, left, o));
        }
      }
    };
  }

  private double window(long image, int h, int w, int top, int left, int o) {
    int kh = spec.kernelHeight();
    int kw = spec.kernelWidth();
    int in = spec.groupInChannels();
    long group = image + 4L * (o / spec.groupOutChannels()) * in;
    double sum = OffHeap.get(bias + 4L * o);
    for (int r = Math.max(0, -top); r < Math.min(kh, h - top); r++) {
      for (int s = Math.max(0, -left); s < Math.min(kw, w - left); s++) {
        long x = group + 4L * ((top + r) * w + left + s) * spec.inChannels();
        long tap = weight + 4L * ((long) (o * kh + r) * kw + s) * in;
        sum += in == 1 ? (double) OffHeap.get(x) * OffHeap.get(tap) : ScalarMath.dot(x, tap, in);
      }
    }
    return sum;
  }
}
