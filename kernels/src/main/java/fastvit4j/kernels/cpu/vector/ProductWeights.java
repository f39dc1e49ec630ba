package fastvit4j.kernels.cpu.vector;

import fastvit4j.kernels.cpu.ActivationFunction;

/** Packed weights of a matrix product. */
sealed interface ProductWeights permits PackedMatrix, PairedMatrix {
  /** Bytes of the packed weights and bias. */
  long bytes();

  /** Bytes of scratch that {@link #multiply} takes. */
  long scratchBytes();

  /**
   * Computes {@code out = activation(a · b + bias + residual)} for some rows.
   *
   * @param a address of the first row of a
   * @param lda bytes between rows of a
   * @param rows rows of a
   * @param out address of the output's first row
   * @param residual address of the residual's first row, or 0 for none
   * @param ldo bytes between rows of the output and of the residual
   * @param activation the function applied last
   * @param scratch {@link #scratchBytes()} bytes
   */
  void multiply(
      long a,
      long lda,
      int rows,
      long out,
      long residual,
      long ldo,
      ActivationFunction activation,
      long scratch);
}
