package fastvit4j.reparam;

import fastvit4j.model.tensor.DType;
import fastvit4j.model.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.mult.VectorVectorMult_DDRM;

/**
 * The tensors of a convolution or linear layer into which something was folded, float64. Nothing is
 * computed before elements are asked for.
 */
interface FoldedTensors {
  /** The weight under a name. */
  Tensor weight(String name);

  /** The bias under a name. */
  Tensor bias(String name);

  /**
   * Those of a kernel that is computed as a whole.
   *
   * @param shape of the weight
   * @param kernel the kernel, computed once for both tensors and kept no longer than until both are
   *     read
   */
  static FoldedTensors of(int[] shape, Supplier<Kernel> kernel) {
    Parts parts = new Parts(kernel);
    return new FoldedTensors() {
      @Override
      public Tensor weight(String name) {
        return tensor(name, parts::weight, shape);
      }

      @Override
      public Tensor bias(String name) {
        return tensor(name, parts::bias, shape[0]);
      }
    };
  }

  /**
   * Those of an affine map after a layer: {@code diag(s) · W}, {@code s · b + t}. The weight is
   * computed row by row as it is read.
   *
   * @param weight W
   * @param bias b, or null for zeros
   * @param affine s and t
   */
  static FoldedTensors then(Tensor weight, Tensor bias, Supplier<Affine> affine) {
    return new FoldedTensors() {
      @Override
      public Tensor weight(String name) {
        return Tensor.rowsScaled(name, weight, () -> affine.get().scale().data);
      }

      @Override
      public Tensor bias(String name) {
        return tensor(name, this::bias, weight.dim(0));
      }

      private DMatrixRMaj bias() {
        DMatrixRMaj b = vector(bias, weight.dim(0));
        CommonOps_DDRM.multRows(affine.get().scale().data, b);
        CommonOps_DDRM.addEquals(b, affine.get().shift());
        return b;
      }
    };
  }

  /**
   * Those of an affine map before a layer with a 1×1 kernel over one group: {@code W · diag(s)},
   * {@code b + W · t}. The weight is computed row by row as it is read, the bias by rows of the
   * weight.
   *
   * @param weight W
   * @param bias b, or null for zeros
   * @param affine s and t
   */
  static FoldedTensors after(Tensor weight, Tensor bias, Supplier<Affine> affine) {
    return new FoldedTensors() {
      @Override
      public Tensor weight(String name) {
        return Tensor.columnsScaled(name, weight, () -> affine.get().scale().data);
      }

      @Override
      public Tensor bias(String name) {
        return tensor(name, this::bias, weight.dim(0));
      }

      private DMatrixRMaj bias() {
        DMatrixRMaj shift = affine.get().shift();
        int rows = weight.dim(0);
        DMatrixRMaj b = vector(bias, rows);
        double[] row = new double[shift.numRows];
        for (int o = 0; o < rows; o++) {
          weight.copyTo((long) o * row.length, row);
          b.data[o] += VectorVectorMult_DDRM.innerProd(DMatrixRMaj.wrap(1, row.length, row), shift);
        }
        return b;
      }
    };
  }

  private static DMatrixRMaj vector(Tensor values, int count) {
    return DMatrixRMaj.wrap(count, 1, values == null ? new double[count] : values.toDoubles());
  }

  private static Tensor tensor(String name, Supplier<DMatrixRMaj> values, int... shape) {
    return Tensor.computed(
        name, DType.F64, shape, () -> MemorySegment.ofArray(values.get().data).asReadOnly());
  }

  /**
   * A kernel that is computed once for both its weight and its bias, which are mostly read one
   * after the other, and kept no longer than until the second one is. (A weak reference would keep
   * it for longer: a collection that moves the reference to the old generation clears none.)
   */
  final class Parts {
    private final Supplier<Kernel> source;
    private Kernel kept;
    private boolean keptForBias;

    private Parts(Supplier<Kernel> source) {
      this.source = source;
    }

    DMatrixRMaj weight() {
      return kernel(false).weight();
    }

    DMatrixRMaj bias() {
      return kernel(true).bias();
    }

    private synchronized Kernel kernel(boolean forBias) {
      if (kept != null && keptForBias == forBias) {
        Kernel kernel = kept;
        kept = null;
        return kernel;
      }
      kept = source.get();
      keptForBias = !forBias;
      return kept;
    }
  }
}
