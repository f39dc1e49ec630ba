package fastvit4j.kernels.cpu;

import fastvit4j.kernels.cpu.Harness.Expected;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Operators without matrices against their definitions in float64. */
class PixelKernelTest {
  private static final double EPS = Harness.EPS;

  static Stream<Arguments> shapes() {
    int[][] shapes = {{1, 1, 1}, {2, 3, 5}, {1, 7, 4}};
    int[] channels = {1, 3, 10, 16, 19, 48, 76};
    Epilogue[] epilogues = {
      Epilogue.NONE,
      new Epilogue(true, ActivationFunction.GELU),
      new Epilogue(false, ActivationFunction.RELU)
    };
    return Harness.kernels()
        .flatMap(
            k ->
                Arrays.stream(channels)
                    .boxed()
                    .flatMap(
                        c ->
                            Stream.of(0, 1, 2)
                                .map(i -> Arguments.of(k, shapes[i], c, epilogues[(i + c) % 3]))));
  }

  static Stream<CpuKernels> kernels() {
    return Harness.kernels();
  }

  private static void check(
      CpuOperator operator,
      int[] nhw,
      Epilogue epilogue,
      float[] x,
      float[] second,
      Expected expected) {
    int outputs = expected.length();
    float[] residual = epilogue.residual() ? Harness.random(9, outputs) : null;
    CpuKernel kernel = operator.bind(nhw[0], nhw[1], nhw[2], epilogue);
    float[] actual = Harness.run(kernel, x, second, residual, outputs);
    Harness.assertClose(expected.then(epilogue, residual), actual);
  }

  private static int elements(int[] nhw, int channels) {
    return nhw[0] * nhw[1] * nhw[2] * channels;
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void affine(CpuKernels kernels, int[] nhw, int channels, Epilogue epilogue) {
    float[] x = Harness.random(1, elements(nhw, channels));
    float[] scale = Harness.random(2, channels);
    for (float[] shift : new float[][] {Harness.random(3, channels), null}) {
      double[] y = new double[x.length];
      double[] bound = new double[x.length];
      for (int i = 0; i < x.length; i++) {
        double product = (double) x[i] * scale[i % channels];
        double summand = shift == null ? 0 : shift[i % channels];
        y[i] = product + summand;
        bound[i] = 2 * EPS * (Math.abs(product) + Math.abs(summand));
      }
      try (Arena arena = Arena.ofShared()) {
        CpuOperator operator = kernels.affine(scale, shift, arena);
        check(operator, nhw, epilogue, x, null, new Expected(y, bound));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void layerNorm(CpuKernels kernels, int[] nhw, int channels, Epilogue epilogue) {
    float[] x = Harness.random(1, elements(nhw, channels));
    float[] weight = Harness.random(2, channels);
    float[] bias = Harness.random(3, channels);
    Expected expected = normalized(x, channels, weight, bias);
    try (Arena arena = Arena.ofShared()) {
      CpuOperator operator = kernels.layerNorm(weight, bias, 1e-5, arena);
      check(operator, nhw, epilogue, x, null, expected);
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void groupNorm(CpuKernels kernels, int[] nhw, int channels, Epilogue epilogue) {
    groupNormOf(kernels, nhw, channels, epilogue);
  }

  /** More pixels than a unit has, the last unit smaller; and a mean that is no longer small. */
  @ParameterizedTest
  @MethodSource("kernels")
  void groupNormInPieces(CpuKernels kernels) {
    groupNormOf(kernels, new int[] {2, 41, 43}, 37, Epilogue.NONE);
  }

  private static void groupNormOf(CpuKernels kernels, int[] nhw, int channels, Epilogue epilogue) {
    float[] x = Harness.random(1, elements(nhw, channels));
    for (int i = 0; i < x.length; i++) {
      x[i] += 3;
    }
    float[] weight = Harness.random(2, channels);
    float[] bias = Harness.random(3, channels);
    Expected expected = normalized(x, nhw[1] * nhw[2] * channels, weight, bias);
    try (Arena arena = Arena.ofShared()) {
      CpuOperator operator = kernels.groupNorm(weight, bias, 1e-5, arena);
      check(operator, nhw, epilogue, x, null, expected);
    }
  }

  /** Normalises each run of {@code group} elements. */
  private static Expected normalized(float[] x, int group, float[] weight, float[] bias) {
    double[] y = new double[x.length];
    double[] bound = new double[x.length];
    for (int p = 0; p < x.length; p += group) {
      double mean = 0;
      double largest = 0;
      for (int i = 0; i < group; i++) {
        mean += x[p + i] / (double) group;
        largest = Math.max(largest, Math.abs(x[p + i]));
      }
      double variance = 0;
      for (int i = 0; i < group; i++) {
        variance += (x[p + i] - mean) * (x[p + i] - mean) / group;
      }
      double deviation = Math.sqrt(variance + 1e-5);
      for (int i = 0; i < group; i++) {
        int c = i % weight.length;
        double z = (x[p + i] - mean) / deviation;
        y[p + i] = z * weight[c] + bias[c];
        // The mean is off by (G + 1) ε · largest, the factor by (G + 4) ε relatively.
        double error =
            (group + 2) * EPS * 2 * largest / deviation + (group + 6) * EPS * Math.abs(z);
        bound[p + i] = error * Math.abs(weight[c]) + 2 * EPS * (Math.abs(y[p + i]) + 1);
      }
    }
    return new Expected(y, bound);
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void tokens(CpuKernels kernels, int[] nhw, int channels, Epilogue epilogue) {
    int patches = nhw[1] * nhw[2];
    float[] x = Harness.random(1, elements(nhw, channels));
    float[] first = Harness.random(2, channels);
    float[] positions = Harness.random(3, (1 + patches) * channels);
    double[] y = new double[nhw[0] * positions.length];
    double[] bound = new double[y.length];
    for (int i = 0; i < y.length; i++) {
      int image = i / positions.length;
      int at = i % positions.length;
      y[i] =
          (double) positions[at]
              + (at < channels ? first[at] : x[(image * patches - 1) * channels + at]);
      bound[i] = EPS * Math.abs(y[i]);
    }
    try (Arena arena = Arena.ofShared()) {
      CpuOperator embedding = kernels.tokenEmbedding(first, positions, arena);
      check(embedding, nhw, epilogue, x, null, new Expected(y, bound));
    }
    double[] taken = new double[nhw[0] * channels];
    Arrays.setAll(taken, i -> x[i / channels * patches * channels + i % channels]);
    Expected exactly = new Expected(taken, new double[taken.length]);
    check(kernels.firstToken(channels), nhw, epilogue, x, null, exactly);
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void globalAveragePool(CpuKernels kernels, int[] nhw, int channels, Epilogue epilogue) {
    float[] x = Harness.random(1, elements(nhw, channels));
    int pixels = nhw[1] * nhw[2];
    double[] y = new double[nhw[0] * channels];
    double[] bound = new double[y.length];
    for (int i = 0; i < x.length; i++) {
      int at = i / channels / pixels * channels + i % channels;
      y[at] += x[i] / (double) pixels;
      bound[at] += (pixels + 2) * EPS * Math.abs(x[i]) / pixels;
    }
    check(kernels.globalAveragePool(channels), nhw, epilogue, x, null, new Expected(y, bound));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void sumAndDifference(CpuKernels kernels, int[] nhw, int channels, Epilogue epilogue) {
    float[] a = Harness.random(1, elements(nhw, channels));
    float[] b = Harness.random(2, a.length);
    double[] sum = new double[a.length];
    double[] difference = new double[a.length];
    double[] bound = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      sum[i] = (double) a[i] + b[i];
      difference[i] = (double) a[i] - b[i];
      bound[i] = EPS * (Math.abs(a[i]) + Math.abs(b[i]));
    }
    check(kernels.add(channels), nhw, epilogue, a, b, new Expected(sum, bound));
    check(kernels.subtract(channels), nhw, epilogue, a, b, new Expected(difference, bound));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void pools(CpuKernels kernels, int[] nhw, int channels, Epilogue epilogue) {
    float[] x = Harness.random(1, elements(nhw, channels));
    for (int[] window : new int[][] {{3, 1, 1}, {1, 2, 0}, {3, 2, 1}, {5, 1, 2}}) {
      ConvolutionSpec spec = ConvolutionSpec.window(channels, window[0], window[1], window[2]);
      Expected mean = pool(spec, nhw, x, false);
      Expected largest = pool(spec, nhw, x, true);
      check(
          kernels.averagePool(channels, window[0], window[1], window[2]),
          nhw,
          epilogue,
          x,
          null,
          mean);
      check(
          kernels.maxPool(channels, window[0], window[1], window[2]),
          nhw,
          epilogue,
          x,
          null,
          largest);
    }
  }

  private static Expected pool(ConvolutionSpec spec, int[] nhw, float[] x, boolean maximum) {
    int channels = spec.inChannels();
    int outH = spec.outHeight(nhw[1]);
    int outW = spec.outWidth(nhw[2]);
    double[] y = new double[nhw[0] * outH * outW * channels];
    double[] bound = new double[y.length];
    for (int i = 0; i < y.length; i++) {
      int pixel = i / channels;
      double sum = 0;
      double magnitude = 0;
      double most = Double.NEGATIVE_INFINITY;
      int count = 0;
      for (int r = 0; r < spec.kernelHeight(); r++) {
        for (int s = 0; s < spec.kernelWidth(); s++) {
          int iy = pixel / outW % outH * spec.stride() + r - spec.padding();
          int ix = pixel % outW * spec.stride() + s - spec.padding();
          if (iy >= 0 && iy < nhw[1] && ix >= 0 && ix < nhw[2]) {
            int image = pixel / outW / outH;
            double value = x[((image * nhw[1] + iy) * nhw[2] + ix) * channels + i % channels];
            sum += value;
            magnitude += Math.abs(value);
            most = Math.max(most, value);
            count++;
          }
        }
      }
      y[i] = maximum ? most : sum / count;
      bound[i] = maximum ? 0 : (count + 1) * EPS * magnitude / count;
    }
    return new Expected(y, bound);
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void squeezeExcite(CpuKernels kernels, int[] nhw, int channels, Epilogue epilogue) {
    int reduced = Math.max(1, channels / 4);
    float[] x = Harness.random(1, elements(nhw, channels));
    float[] w1 = Harness.random(2, reduced * channels);
    float[] b1 = Harness.random(3, reduced);
    float[] w2 = Harness.random(4, reduced * channels);
    float[] b2 = Harness.random(5, channels);
    int pixels = nhw[1] * nhw[2];
    double[] y = new double[x.length];
    double[] bound = new double[x.length];
    for (int image = 0; image < nhw[0]; image++) {
      int first = image * pixels * channels;
      double[] mean = new double[channels];
      double[] meanError = new double[channels];
      for (int i = 0; i < pixels * channels; i++) {
        mean[i % channels] += x[first + i] / (double) pixels;
        meanError[i % channels] += (pixels + 2) * EPS * Math.abs(x[first + i]) / pixels;
      }
      double[] hidden = new double[reduced];
      double[] hiddenError = new double[reduced];
      for (int r = 0; r < reduced; r++) {
        hidden[r] = b1[r];
        double magnitude = Math.abs(b1[r]);
        for (int c = 0; c < channels; c++) {
          hidden[r] += mean[c] * w1[r * channels + c];
          magnitude += Math.abs(mean[c] * w1[r * channels + c]);
          hiddenError[r] += meanError[c] * Math.abs(w1[r * channels + c]);
        }
        hidden[r] = Math.max(0, hidden[r]);
        hiddenError[r] += (channels + 2) * EPS * magnitude;
      }
      for (int c = 0; c < channels; c++) {
        double sum = b2[c];
        double magnitude = Math.abs(b2[c]);
        double error = 0;
        for (int r = 0; r < reduced; r++) {
          sum += hidden[r] * w2[c * reduced + r];
          magnitude += Math.abs(hidden[r] * w2[c * reduced + r]);
          error += hiddenError[r] * Math.abs(w2[c * reduced + r]);
        }
        // The sigmoid's slope is at most a quarter.
        double gate = 1 / (1 + Math.exp(-sum));
        double gateError = (error + (reduced + 2) * EPS * magnitude) / 4 + 4 * EPS;
        for (int p = 0; p < pixels; p++) {
          int i = first + p * channels + c;
          y[i] = gate * x[i];
          bound[i] = gateError * Math.abs(x[i]) + EPS * Math.abs(y[i]);
        }
      }
    }
    try (Arena arena = Arena.ofShared()) {
      CpuOperator operator = kernels.squeezeExcite(channels, reduced, w1, b1, w2, b2, arena);
      check(operator, nhw, epilogue, x, null, new Expected(y, bound));
    }
  }
}
