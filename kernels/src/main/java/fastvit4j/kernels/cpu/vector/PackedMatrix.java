package fastvit4j.kernels.cpu.vector;

import fastvit4j.kernels.cpu.ActivationFunction;
import fastvit4j.kernels.cpu.OffHeap;
import fastvit4j.kernels.cpu.WeightSource;
import java.lang.foreign.Arena;

/**
 * Weights of a matrix product, transposed and split into {@link Panels}: panel after panel, in each
 * one input channel after the other, padded with zeros; and the bias, padded too.
 *
 * @param panels the columns' split
 * @param k rows: input channels times taps
 * @param data address of the first panel
 * @param bias address of the bias
 */
record PackedMatrix(Panels panels, int k, long data, long bias) implements ProductWeights {
  /**
   * Packs weights.
   *
   * @param n output channels
   * @param weight source of the weights
   * @param start index of the first one
   * @param order for each row k of the packed matrix, its index in an output channel's weights;
   *     that many weights make an output channel
   * @param bias source of the bias, or null
   * @param biasStart index of the first bias
   */
  static PackedMatrix pack(
      int n,
      WeightSource weight,
      int start,
      int[] order,
      float[] bias,
      int biasStart,
      Arena arena) {
    int k = order.length;
    Panels panels = new Panels(n);
    long data = OffHeap.allocate(arena, (long) panels.padded() * k);
    float[] column = new float[k];
    for (int p = 0; p < panels.count(); p++) {
      long width = 4L * panels.vectors(p) * Lanes.LENGTH;
      long to = panels.address(data, p, k);
      for (int j = 0; j < panels.valid(p); j++) {
        weight.read(start + (panels.column(p) + j) * k, column);
        for (int i = 0; i < k; i++) {
          OffHeap.set(to + i * width + 4L * j, column[order[i]]);
        }
      }
    }
    long packedBias = OffHeap.allocate(arena, panels.padded());
    for (int j = 0; bias != null && j < n; j++) {
      OffHeap.set(packedBias + 4L * j, bias[biasStart + j]);
    }
    return new PackedMatrix(panels, k, data, packedBias);
  }

  @Override
  public long bytes() {
    return 4L * panels.padded() * (k + 1);
  }

  @Override
  public long scratchBytes() {
    return Tiles.BLOCK_BYTES;
  }

  @Override
  public void multiply(
      long a,
      long lda,
      int rows,
      long out,
      long residual,
      long ldo,
      ActivationFunction activation,
      long scratch) {
    MatrixProduct.multiply(
        this, 0, panels.count(), a, lda, rows, 1, 0, out, residual, ldo, activation, scratch);
  }
}
