package fastvit4j.tests.oracle;

import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The convolution of {@link Conv2d} in float64: its formula, one output row at a time. */
final class Convolution {
  private final Conv2d conv;
  private final int perGroup;

  /** The weight as [row, column, input channel of the group, output channel]. */
  private final double[] weight;

  private final double[] bias;

  /**
   * Reorders the weights.
   *
   * @param absolute whether to take the absolute values of all weights and biases, for error bounds
   */
  Convolution(Conv2d conv, boolean absolute) {
    this.conv = conv;
    this.perGroup = conv.weight().dim(1);
    double[] stored = conv.weight().toDoubles();
    int taps = conv.kernelHeight() * conv.kernelWidth();
    int out = conv.outChannels();
    weight = new double[stored.length];
    for (int o = 0; o < out; o++) {
      for (int i = 0; i < perGroup; i++) {
        for (int t = 0; t < taps; t++) {
          double w = stored[(o * perGroup + i) * taps + t];
          weight[(t * perGroup + i) * out + o] = absolute ? Math.abs(w) : w;
        }
      }
    }
    bias = conv.bias() == null ? new double[out] : conv.bias().toDoubles();
    if (absolute) {
      for (int o = 0; o < out; o++) {
        bias[o] = Math.abs(bias[o]);
      }
    }
  }

  Values apply(Values x, boolean withBias) {
    Shape shape = conv.infer(List.of(x.shape()));
    Values y = Values.zeros(shape);
    IntStream.range(0, shape.n() * shape.h())
        .parallel()
        .forEach(row -> row(x, y, row / shape.h(), row % shape.h(), withBias));
    return y;
  }

  private void row(Values x, Values y, int n, int p, boolean withBias) {
    Shape in = x.shape();
    int out = conv.outChannels();
    int outPerGroup = out / conv.groups();
    double[] sums = new double[out];
    for (int q = 0; q < y.shape().w(); q++) {
      Arrays.fill(sums, 0);
      for (int r = 0; r < conv.kernelHeight(); r++) {
        int h = p * conv.stride() + r - conv.padding();
        for (int s = 0; s < conv.kernelWidth(); s++) {
          int w = q * conv.stride() + s - conv.padding();
          if (h >= 0 && h < in.h() && w >= 0 && w < in.w()) {
            int pixel = ((n * in.h() + h) * in.w() + w) * in.c();
            int tap = (r * conv.kernelWidth() + s) * perGroup;
            for (int g = 0; g < conv.groups(); g++) {
              for (int i = 0; i < perGroup; i++) {
                double value = x.data()[pixel + g * perGroup + i];
                axpy(sums, g * outPerGroup, outPerGroup, value, (tap + i) * out);
              }
            }
          }
        }
      }
      int to = ((n * y.shape().h() + p) * y.shape().w() + q) * out;
      for (int o = 0; o < out; o++) {
        y.data()[to + o] = sums[o] + (withBias ? bias[o] : 0);
      }
    }
  }

  private void axpy(double[] sums, int first, int count, double value, int from) {
    for (int o = first; o < first + count; o++) {
      sums[o] += value * weight[from + o];
    }
  }
}
