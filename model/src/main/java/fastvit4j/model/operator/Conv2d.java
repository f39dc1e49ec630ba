package fastvit4j.model.operator;

import fastvit4j.model.tensor.Tensor;
import java.util.List;

/**
 * A 2-d convolution (cross-correlation): {@code y[n,p,q,o] = b[o] + Σ w[o,i,r,s] · x[n, p·stride +
 * r − padding, q·stride + s − padding, g·I + i]} with {@code g = o / (O / groups)}. Dense with one
 * group, depthwise with as many groups as input channels (then O / groups is the channel
 * multiplier), pointwise with a 1×1 kernel.
 *
 * @param weight [O, I = C / groups, kernel height, kernel width]
 * @param bias [O], or null
 * @param stride rows and columns between outputs
 * @param padding zeros on each side
 * @param groups groups of channels that do not see each other
 */
public record Conv2d(Tensor weight, Tensor bias, int stride, int padding, int groups)
    implements Operator {
  /** Checks the parameters' shapes. */
  public Conv2d {
    if (weight.rank() != 4) {
      throw new ShapeException(weight + " must have 4 dimensions to be a convolution's weight");
    }
    if (bias != null && !bias.hasShape(weight.dim(0))) {
      throw new ShapeException(
          bias + " must have one element for each of " + weight.dim(0) + " output channels");
    }
    if (stride < 1 || padding < 0 || groups < 1 || weight.dim(0) % groups != 0) {
      throw new ShapeException(
          weight
              + " does not fit stride "
              + stride
              + ", padding "
              + padding
              + " and "
              + groups
              + " groups");
    }
  }

  /** Output channels. */
  public int outChannels() {
    return weight.dim(0);
  }

  /** Input channels. */
  public int inChannels() {
    return weight.dim(1) * groups;
  }

  /** Kernel height. */
  public int kernelHeight() {
    return weight.dim(2);
  }

  /** Kernel width. */
  public int kernelWidth() {
    return weight.dim(3);
  }

  /** Whether every input channel is convolved alone. */
  public boolean isDepthwise() {
    return weight.dim(1) == 1 && groups == inChannels() && (groups > 1 || outChannels() == 1);
  }

  /** Whether this is a matrix product at every pixel. */
  public boolean isPointwise() {
    return kernelHeight() == 1 && kernelWidth() == 1 && stride == 1 && padding == 0 && groups == 1;
  }

  @Override
  public Shape infer(List<Shape> inputs) {
    Shape in = inputs.getFirst();
    Operator.requireChannels(in, inChannels(), weight);
    int h = Windows.outputs(in.h(), kernelHeight(), stride, padding, weight.name());
    int w = Windows.outputs(in.w(), kernelWidth(), stride, padding, weight.name());
    return new Shape(in.n(), h, w, outChannels());
  }

  @Override
  public long macs(List<Shape> inputs) {
    return infer(inputs).elements() * ((long) weight.dim(1) * kernelHeight() * kernelWidth());
  }

  @Override
  public List<Tensor> parameters() {
    return bias == null ? List.of(weight) : List.of(weight, bias);
  }
}
