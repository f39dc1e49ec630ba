package fastvit4j.reparam;

import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Linear;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Tensor;
import fastvit4j.reparam.Float64Evaluator.Value;
import java.util.stream.IntStream;

/** Convolutions and linear layers in float64, one output row after the other, rows in parallel. */
final class Float64Projections {
  private Float64Projections() {}

  /** {@link Conv2d} of an NHWC value. */
  static double[] convolution(Conv2d conv, Value x, Shape out) {
    double[] bias = conv.bias() == null ? new double[out.c()] : conv.bias().toDoubles();
    double[] weight = outputsLast(conv.weight());
    double[] y = new double[out.elements()];
    IntStream.range(0, out.n() * out.h())
        .parallel()
        .forEach(row -> convolveRow(conv, weight, bias, x, y, row, out));
    return y;
  }

  /** {@link Linear} of every pixel: a 1×1 convolution. */
  static double[] linear(Linear linear, Value x, Shape out) {
    Tensor weight = linear.weight().withShape(linear.outChannels(), linear.inChannels(), 1, 1);
    return convolution(new Conv2d(weight, linear.bias(), 1, 0, 1), x, out);
  }

  private static void convolveRow(
      Conv2d conv, double[] weight, double[] bias, Value x, double[] y, int row, Shape out) {
    int image = row / out.h();
    int top = row % out.h() * conv.stride() - conv.padding();
    Shape in = x.shape();
    for (int col = 0; col < out.w(); col++) {
      int to = (row * out.w() + col) * out.c();
      System.arraycopy(bias, 0, y, to, out.c());
      int left = col * conv.stride() - conv.padding();
      for (int r = Math.max(0, -top); r < Math.min(conv.kernelHeight(), in.h() - top); r++) {
        for (int s = Math.max(0, -left); s < Math.min(conv.kernelWidth(), in.w() - left); s++) {
          int from = ((image * in.h() + top + r) * in.w() + left + s) * in.c();
          addTap(conv, weight, r * conv.kernelWidth() + s, x.data(), from, y, to);
        }
      }
    }
  }

  /** Adds one pixel of the window to one output pixel. */
  private static void addTap(
      Conv2d conv, double[] weight, int tap, double[] x, int from, double[] y, int to) {
    int in = conv.weight().dim(1);
    int out = conv.outChannels();
    int perGroup = out / conv.groups();
    if (in == 1) {
      int at = tap * out;
      for (int o = 0; o < out; o++) {
        y[to + o] += weight[at + o] * x[from + o / perGroup];
      }
      return;
    }
    for (int group = 0; group < conv.groups(); group++) {
      for (int i = 0; i < in; i++) {
        double value = x[from + group * in + i];
        int at = (tap * in + i) * out + group * perGroup;
        int target = to + group * perGroup;
        for (int o = 0; o < perGroup; o++) {
          y[target + o] += weight[at + o] * value;
        }
      }
    }
  }

  /** [O, I, height, width] to [height, width, I, O]. */
  private static double[] outputsLast(Tensor weight) {
    int in = weight.dim(1);
    int out = weight.dim(0);
    int taps = weight.dim(2) * weight.dim(3);
    double[] source = weight.toDoubles();
    double[] target = new double[source.length];
    IntStream.range(0, taps * in)
        .parallel()
        .forEach(
            row -> {
              int from = row % in * taps + row / in;
              for (int o = 0; o < out; o++) {
                target[row * out + o] = source[o * in * taps + from];
              }
            });
    return target;
  }
}
