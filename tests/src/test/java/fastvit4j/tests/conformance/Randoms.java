package fastvit4j.tests.conformance;

import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Activation;
import fastvit4j.model.tensor.Tensor;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Seeded random weights and inputs for kernels that are launched without a session. */
final class Randoms {
  private final SplittableRandom random;

  Randoms(long seed) {
    random = new SplittableRandom(seed);
  }

  /** A depthwise convolution with "same" padding. */
  Conv2d depthwise(int channels, int multiplier, int kernel, int stride) {
    int out = channels * multiplier;
    return new Conv2d(
        tensor(kernel, out, 1, kernel, kernel), tensor(1, out), stride, kernel / 2, channels);
  }

  /** A dense convolution with "same" padding. */
  Conv2d dense(int in, int out, int kernel, int stride) {
    double fan = kernel * Math.sqrt(in);
    return new Conv2d(tensor(fan, out, in, kernel, kernel), tensor(1, out), stride, kernel / 2, 1);
  }

  /** Values in [−2, 2). */
  Activation input(Shape shape) {
    Activation activation = Activation.allocate(shape);
    for (int i = 0; i < shape.elements(); i++) {
      activation.set(i, (float) random.nextDouble(-2, 2));
    }
    return activation;
  }

  /** Values in [−√3 / scale, √3 / scale). */
  Tensor tensor(double scale, int... shape) {
    float[] values = new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    double bound = Math.sqrt(3) / scale;
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-bound, bound);
    }
    return Tensor.of("random", values, shape);
  }

  /** A tensor's values with the first dimension last: how kernels read weights. */
  static float[] outputLast(Tensor weight) {
    float[] values = floats(weight);
    int out = weight.shape()[0];
    int fan = values.length / out;
    float[] last = new float[values.length];
    for (int o = 0; o < out; o++) {
      for (int k = 0; k < fan; k++) {
        last[k * out + o] = values[o * fan + k];
      }
    }
    return last;
  }

  static float[] floats(Tensor tensor) {
    double[] values = tensor.toDoubles();
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
