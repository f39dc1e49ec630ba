package fastvit4j.kernels.cpu;

import java.util.List;
import java.util.Optional;

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

  /**
   * Binds this operator and those that follow it, each of which alone reads the result of the one
   * before, to an image size as one kernel that keeps these results in a cache.
   *
   * @param n images in the batch
   * @param h rows of the input
   * @param w columns of the input
   * @param epilogue what follows this operator
   * @param next the operators that follow, at least one
   * @return the kernel, or nothing where there is none or kernels of their own are as fast
   */
  default Optional<CpuKernel> bindWith(
      int n, int h, int w, Epilogue epilogue, List<Follower> next) {
    return Optional.empty();
  }

  /**
   * An operator that follows another.
   *
   * @param operator the operator
   * @param epilogue what follows it in turn
   */
  record Follower(CpuOperator operator, Epilogue epilogue) {}
}
