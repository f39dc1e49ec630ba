package fastvit4j.kernels.cpu.loops;

import fastvit4j.kernels.cpu.ActivationFunction;
import fastvit4j.kernels.cpu.Buffers;
import fastvit4j.kernels.cpu.Epilogue;
import fastvit4j.kernels.cpu.OffHeap;
import fastvit4j.kernels.cpu.scalar.ScalarMath;

/** Stores results with what follows the operator; one for each thread at a time. */
final class LoopEpilogue {
  private final Epilogue epilogue;
  private final long out;
  private final long residual;
  private final float[] addend;

  private LoopEpilogue(Epilogue epilogue, long out, long residual, float[] addend) {
    this.epilogue = epilogue;
    this.out = out;
    this.residual = residual;
    this.addend = addend;
  }

  /** What stores up to {@code floats} results at a time. */
  static LoopEpilogue of(Epilogue epilogue, Buffers buffers, int floats) {
    return epilogue.residual()
        ? new LoopEpilogue(
            epilogue, buffers.output().address(), buffers.residual().address(), new float[floats])
        : new LoopEpilogue(epilogue, buffers.output().address(), 0, null);
  }

  /** Stores the first {@code count} results from element {@code place} of the output on. */
  void store(float[] results, long place, int count) {
    if (residual != 0) {
      OffHeap.load(residual + 4 * place, addend, 0, count);
      ArrayLoops.add(results, addend);
    }
    switch (epilogue.activation()) {
      case NONE -> {}
      case GELU -> LoopGelu.apply(results);
      default -> apply(epilogue.activation(), results);
    }
    OffHeap.store(results, out + 4 * place, count);
  }

  private static void apply(ActivationFunction function, float[] x) {
    for (int i = 0; i < x.length; i++) {
      x[i] = ScalarMath.apply(function, x[i]);
    }
  }
}
