package fastvit4j.kernels.cpu;

/** An operator with its weights packed, for images of any size. */
public interface CpuOperator {
  /** Bytes of packed weights. */
  long weightBytes();

  /**
   * Binds the operator to an image size.
   *
   * @param n images in the batch
   * @param h rows of the input
   * @param w columns of the input
   * @param epilogue what follows the operator
   */
  CpuKernel bind(int n, int h, int w, Epilogue epilogue);
}
