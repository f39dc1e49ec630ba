package fastvit4j.reparam;

import fastvit4j.model.operator.BatchNorm;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.LayerScale;
import fastvit4j.model.operator.Linear;
import fastvit4j.model.tensor.Tensor;
import fastvit4j.model.tensor.Weights;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Random float64 tensors with nothing near its neutral value: a forgotten mean, scale, bias, eps or
 * γ shows.
 */
record RandomWeights(long seed) implements Weights {
  /** Of the size of the variances, so that forgetting it is a difference of half. */
  static final double EPS = 0.5;

  @Override
  public Tensor tensor(String name, int... shape) {
    SplittableRandom random = new SplittableRandom(seed * 31 + name.hashCode());
    double[] values = new double[Math.toIntExact(Tensor.shapeOnly(name, shape).elements())];
    double low = name.endsWith("running_var") || name.endsWith("gamma") ? 0.3 : -1;
    double scale = shape.length > 1 ? Math.sqrt((double) shape[0] / values.length) : 1;
    Arrays.setAll(values, _ -> scale * random.nextDouble(low, 1.5));
    return Tensor.of(name, values, shape);
  }

  BatchNorm norm(String name, int channels) {
    return new BatchNorm(
        tensor(name + ".weight", channels),
        tensor(name + ".bias", channels),
        tensor(name + ".running_mean", channels),
        tensor(name + ".running_var", channels),
        EPS);
  }

  /** A convolution of a square kernel, padded by half of it. */
  Conv2d conv(String name, int in, int out, int kernel, int stride, int groups, boolean biased) {
    return conv(name, in, out, kernel, kernel, stride, kernel / 2, groups, biased);
  }

  Conv2d conv(
      String name,
      int in,
      int out,
      int height,
      int width,
      int stride,
      int padding,
      int groups,
      boolean biased) {
    Tensor weight = tensor(name + ".weight", out, in / groups, height, width);
    return new Conv2d(weight, biased ? tensor(name + ".bias", out) : null, stride, padding, groups);
  }

  Linear linear(String name, int in, int out, boolean biased) {
    return new Linear(
        tensor(name + ".weight", out, in), biased ? tensor(name + ".bias", out) : null);
  }

  LayerScale layerScale(String name, int channels) {
    return new LayerScale(tensor(name + ".gamma", channels, 1, 1));
  }
}
