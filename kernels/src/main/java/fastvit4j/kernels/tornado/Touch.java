package fastvit4j.kernels.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Computes nothing of use. TornadoVM brings an array from the host only if the first task that uses
 * it reads it: this one does, so that a test can decide what is in an array that kernels only
 * write.
 */
public final class Touch {
  private Touch() {}

  /** {@code y[i] = y[i] + 1}, i the work-item: a NaN stays one. */
  public static void one(KernelContext context, FloatArray y) {
    int i = context.globalIdx;
    y.set(i, y.get(i) + 1.0f);
  }
}
