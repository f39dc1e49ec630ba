package fastvit4j.reparam;

import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.tensor.Tensor;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * The weights of a convolution in float64, as {@code y = W · x + b} over the window of one output
 * pixel. Operations may work in the kernel that they are asked of, which then is used no more: a
 * network's kernels are large, and most are made for one operation.
 *
 * @param weight W, [O × I·height·width], I the input channels of one group
 * @param bias b, [O × 1]
 * @param height rows of the window
 * @param width columns of the window
 */
record Kernel(DMatrixRMaj weight, DMatrixRMaj bias, int height, int width) {

  static Kernel of(Conv2d conv) {
    Tensor weight = conv.weight();
    int out = weight.dim(0);
    int columns = Math.toIntExact(weight.elements() / out);
    DMatrixRMaj w = DMatrixRMaj.wrap(out, columns, weight.toDoubles());
    DMatrixRMaj b = vector(conv.bias() == null ? new double[out] : conv.bias().toDoubles());
    // A chain of folds needs each link once.
    weight.unload();
    return new Kernel(w, b, conv.kernelHeight(), conv.kernelWidth());
  }

  /** The 1×1 kernel that gives each channel back: ones where a group's output is its input. */
  static Kernel dirac(int channels, int groups) {
    int perGroup = channels / groups;
    DMatrixRMaj w = new DMatrixRMaj(channels, perGroup);
    for (int c = 0; c < channels; c++) {
      w.set(c, c % perGroup, 1);
    }
    return new Kernel(w, new DMatrixRMaj(channels, 1), 1, 1);
  }

  /** The affine map after this: {@code diag(s) · W}, {@code s · b + t}. */
  Kernel then(Affine affine) {
    CommonOps_DDRM.multRows(affine.scale().data, weight);
    CommonOps_DDRM.multRows(affine.scale().data, bias);
    CommonOps_DDRM.addEquals(bias, affine.shift());
    return this;
  }

  /** The sum of both functions, their windows centred on each other. */
  Kernel plus(Kernel other) {
    return combined(1, other);
  }

  /** The difference of both functions, their windows centred on each other. */
  Kernel minus(Kernel other) {
    return combined(-1, other);
  }

  private Kernel combined(double factor, Kernel other) {
    if (factor == 1 && fitsInto(other) && !other.fitsInto(this)) {
      return other.combined(1, this);
    }
    Kernel sum =
        other.fitsInto(this)
            ? this
            : padded(Math.max(height, other.height), Math.max(width, other.width));
    sum.add(factor, other);
    CommonOps_DDRM.addEquals(sum.bias, factor, other.bias);
    return sum;
  }

  private boolean fitsInto(Kernel other) {
    return height <= other.height && width <= other.width;
  }

  /** Adds a window that is no larger in the middle of this one. */
  private void add(double factor, Kernel small) {
    if (small.height == height && small.width == width) {
      CommonOps_DDRM.addEquals(weight, factor, small.weight);
      return;
    }
    int first = (height - small.height) / 2 * width + (width - small.width) / 2;
    int planes = small.weight.getNumElements() / (small.height * small.width);
    for (int plane = 0; plane < planes; plane++) {
      for (int row = 0; row < small.height; row++) {
        int from = (plane * small.height + row) * small.width;
        int to = (plane * height + row) * width + first;
        for (int column = 0; column < small.width; column++) {
          weight.data[to + column] += factor * small.weight.data[from + column];
        }
      }
    }
  }

  /** A copy in the middle of a larger window of zeros. */
  private Kernel padded(int newHeight, int newWidth) {
    int top = (newHeight - height) / 2;
    int left = (newWidth - width) / 2;
    int in = weight.numCols / (height * width);
    DMatrixRMaj w = new DMatrixRMaj(weight.numRows, in * newHeight * newWidth);
    for (int plane = 0; plane < weight.numRows * in; plane++) {
      for (int row = 0; row < height; row++) {
        int from = (plane * height + row) * width;
        int to = (plane * newHeight + top + row) * newWidth + left;
        System.arraycopy(weight.data, from, w.data, to, width);
      }
    }
    return new Kernel(w, bias.copy(), newHeight, newWidth);
  }

  private static DMatrixRMaj vector(double[] values) {
    return DMatrixRMaj.wrap(values.length, 1, values);
  }
}
