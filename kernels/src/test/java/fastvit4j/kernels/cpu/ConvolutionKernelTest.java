package fastvit4j.kernels.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Convolutions of every kind against the definition in float64. */
class ConvolutionKernelTest {
  private static final Epilogue GELU = new Epilogue(false, ActivationFunction.GELU);
  private static final Epilogue RESIDUAL = new Epilogue(true, ActivationFunction.NONE);
  private static final Epilogue ALL = new Epilogue(true, ActivationFunction.SILU);

  record Case(ConvolutionSpec spec, int n, int h, int w, Epilogue epilogue) {}

  static Stream<Arguments> cases() {
    List<Case> cases = new ArrayList<>();
    pointwise(cases);
    depthwise(cases);
    dense(cases);
    return Harness.kernels().flatMap(k -> cases.stream().map(c -> Arguments.of(k, c)));
  }

  private static void pointwise(List<Case> cases) {
    Epilogue[] epilogues = {Epilogue.NONE, GELU, RESIDUAL, ALL};
    int i = 0;
    for (int out : new int[] {1, 3, 10, 15, 16, 17, 31, 33, 48, 64, 76, 100, 144, 304}) {
      for (int in : new int[] {1, 7, 48, 76}) {
        for (int[] nhw : new int[][] {{1, 1, 1}, {1, 1, 5}, {2, 3, 2}, {1, 5, 5}}) {
          ConvolutionSpec spec = new ConvolutionSpec(in, out, 1, 1, 1, 0, 1);
          cases.add(new Case(spec, nhw[0], nhw[1], nhw[2], epilogues[i++ % 4]));
        }
      }
    }
    cases.add(new Case(new ConvolutionSpec(384, 1152, 1, 1, 1, 0, 1), 1, 8, 8, GELU));
    cases.add(new Case(new ConvolutionSpec(1152, 384, 1, 1, 1, 0, 1), 1, 8, 8, RESIDUAL));
    cases.add(new Case(new ConvolutionSpec(48, 144, 1, 1, 1, 0, 1), 1, 33, 17, GELU));
    cases.add(new Case(new ConvolutionSpec(768, 1000, 1, 1, 1, 0, 1), 3, 1, 1, Epilogue.NONE));
    pairs(cases, epilogues);
  }

  /**
   * Products that may be computed in pairs of terms, with rows and columns that end in odd ways.
   */
  private static void pairs(List<Case> cases, Epilogue[] epilogues) {
    int[][] channels = {
      {64, 96}, {68, 112}, {76, 100}, {152, 97}, {608, 128}, {388, 96}, {66, 200}
    };
    int i = 0;
    for (int[] inOut : channels) {
      for (int[] nhw : new int[][] {{1, 1, 1}, {2, 1, 3}, {1, 7, 7}, {1, 17, 11}, {2, 41, 37}}) {
        ConvolutionSpec spec = new ConvolutionSpec(inOut[0], inOut[1], 1, 1, 1, 0, 1);
        cases.add(new Case(spec, nhw[0], nhw[1], nhw[2], epilogues[i++ % 4]));
      }
    }
  }

  private static void depthwise(List<Case> cases) {
    Epilogue[] epilogues = {Epilogue.NONE, RESIDUAL, GELU, ALL};
    int[][] sizes = {{1, 1, 1}, {1, 5, 3}, {2, 4, 9}, {1, 8, 8}, {1, 3, 20}};
    int i = 0;
    for (int kernel = 1; kernel <= 11; kernel++) {
      for (int stride = 1; stride <= 2; stride++) {
        for (int multiplier = 1; multiplier <= 3; multiplier++) {
          for (int channels : new int[] {1, 3, 16, 19, 48}) {
            int[] size = sizes[i % sizes.length];
            ConvolutionSpec spec =
                new ConvolutionSpec(
                    channels, channels * multiplier, kernel, kernel, stride, kernel / 2, channels);
            if (spec.isDepthwise()) {
              cases.add(new Case(spec, size[0], size[1], size[2], epilogues[i % 4]));
            }
            i++;
          }
        }
      }
    }
    cases.add(new Case(new ConvolutionSpec(40, 40, 3, 5, 1, 0, 40), 1, 9, 7, RESIDUAL));
    cases.add(new Case(new ConvolutionSpec(40, 40, 2, 2, 3, 4, 40), 1, 6, 7, GELU));
    cases.add(new Case(new ConvolutionSpec(76, 76, 7, 7, 1, 3, 76), 1, 40, 33, Epilogue.NONE));
    cases.add(new Case(new ConvolutionSpec(48, 96, 7, 7, 2, 3, 48), 2, 31, 64, Epilogue.NONE));
  }

  private static void dense(List<Case> cases) {
    Epilogue[] epilogues = {Epilogue.NONE, RESIDUAL, GELU, ALL};
    int[][] sizes = {{1, 1, 1}, {2, 5, 3}, {1, 7, 12}};
    int i = 0;
    for (int kernel : new int[] {1, 2, 3, 5}) {
      for (int stride = 1; stride <= 2; stride++) {
        for (int[] channels : new int[][] {{1, 5}, {3, 48}, {20, 33}, {3, 10}}) {
          int[] size = sizes[i % sizes.length];
          ConvolutionSpec spec =
              new ConvolutionSpec(channels[0], channels[1], kernel, kernel, stride, kernel / 2, 1);
          cases.add(new Case(spec, size[0], size[1], size[2], epilogues[i++ % 4]));
        }
      }
    }
    cases.add(new Case(new ConvolutionSpec(3, 48, 3, 3, 2, 1, 1), 1, 64, 50, GELU));
    cases.add(new Case(new ConvolutionSpec(12, 20, 3, 3, 1, 1, 4), 2, 6, 5, ALL));
    cases.add(new Case(new ConvolutionSpec(64, 64, 3, 3, 2, 1, 2), 1, 9, 9, RESIDUAL));
    cases.add(new Case(new ConvolutionSpec(8, 8, 3, 3, 1, 3, 2), 1, 4, 4, Epilogue.NONE));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isTheDefinition(CpuKernels kernels, Case c) {
    ConvolutionSpec spec = c.spec;
    int taps = spec.kernelHeight() * spec.kernelWidth();
    float[] weight = Harness.random(1, spec.outChannels() * spec.groupInChannels() * taps);
    float[] bias = Harness.random(2, spec.outChannels());
    float[] input = Harness.random(3, c.n * c.h * c.w * spec.inChannels());
    int outputs = c.n * spec.outHeight(c.h) * spec.outWidth(c.w) * spec.outChannels();
    float[] residual = c.epilogue.residual() ? Harness.random(4, outputs) : null;
    Harness.Expected expected =
        reference(spec, c.n, c.h, c.w, weight, bias, input).then(c.epilogue, residual);
    try (Arena arena = Arena.ofShared()) {
      CpuOperator operator = kernels.convolution(spec, WeightSource.of(weight), bias, arena);
      assertTrue(operator.weightBytes() >= 4L * weight.length);
      CpuKernel kernel = operator.bind(c.n, c.h, c.w, c.epilogue);
      Harness.assertClose(expected, Harness.run(kernel, input, null, residual, outputs));
    }
  }

  @ParameterizedTest
  @MethodSource("fastvit4j.kernels.cpu.Harness#kernels")
  void aMissingBiasIsZero(CpuKernels kernels) {
    for (int groups : new int[] {1, 20}) {
      for (int kernel : new int[] {1, 3}) {
        ConvolutionSpec spec = new ConvolutionSpec(20, 40, kernel, kernel, 1, kernel / 2, groups);
        float[] weight = Harness.random(1, 40 * 20 / groups * kernel * kernel);
        float[] input = Harness.random(2, 4 * 4 * 20);
        try (Arena arena = Arena.ofShared()) {
          float[] without =
              Harness.run(
                  kernels
                      .convolution(spec, WeightSource.of(weight), null, arena)
                      .bind(1, 4, 4, Epilogue.NONE),
                  input,
                  null,
                  null,
                  4 * 4 * 40);
          float[] zero =
              Harness.run(
                  kernels
                      .convolution(spec, WeightSource.of(weight), new float[40], arena)
                      .bind(1, 4, 4, Epilogue.NONE),
                  input,
                  null,
                  null,
                  4 * 4 * 40);
          assertArrayEquals(zero, without);
        }
      }
    }
  }

  /**
   * The definition. A sum of K products and a bias has an error of at most (K + 1) ε Σ|terms|, with
   * ε = 2⁻²⁴ and fused multiply-add or not.
   */
  private static Harness.Expected reference(
      ConvolutionSpec spec, int n, int h, int w, float[] weight, float[] bias, float[] x) {
    int outH = spec.outHeight(h);
    int outW = spec.outWidth(w);
    int kh = spec.kernelHeight();
    int kw = spec.kernelWidth();
    int in = spec.groupInChannels();
    double[] value = new double[n * outH * outW * spec.outChannels()];
    double[] bound = new double[value.length];
    for (int i = 0; i < value.length; i++) {
      int o = i % spec.outChannels();
      int q = i / spec.outChannels() % outW;
      int p = i / spec.outChannels() / outW % outH;
      int image = i / spec.outChannels() / outW / outH;
      double sum = bias[o];
      double magnitude = Math.abs(bias[o]);
      for (int r = 0; r < kh; r++) {
        for (int s = 0; s < kw; s++) {
          int iy = p * spec.stride() + r - spec.padding();
          int ix = q * spec.stride() + s - spec.padding();
          if (iy < 0 || iy >= h || ix < 0 || ix >= w) {
            continue;
          }
          for (int c = 0; c < in; c++) {
            int channel = o / spec.groupOutChannels() * in + c;
            double term =
                (double) x[((image * h + iy) * w + ix) * spec.inChannels() + channel]
                    * weight[((o * in + c) * kh + r) * kw + s];
            sum += term;
            magnitude += Math.abs(term);
          }
        }
      }
      value[i] = sum;
      bound[i] = (in * kh * kw + 2) * Harness.EPS * magnitude;
    }
    return new Harness.Expected(value, bound);
  }
}
