package fastvit4j.kernels.cpu.vector;

import static fastvit4j.kernels.cpu.OffHeap.MEMORY;
import static fastvit4j.kernels.cpu.OffHeap.at;
import static fastvit4j.kernels.cpu.vector.Lanes.BYTES;
import static fastvit4j.kernels.cpu.vector.Lanes.LENGTH;
import static fastvit4j.kernels.cpu.vector.Lanes.ORDER;
import static fastvit4j.kernels.cpu.vector.Lanes.SPECIES;

import fastvit4j.kernels.cpu.ActivationFunction;
import fastvit4j.kernels.cpu.OffHeap;
import jdk.incubator.vector.FloatVector;

/** Stores results: {@code out = activation(c + residual)}. */
final class Epilogues {
  private Epilogues() {}

  /**
   * Stores rows of results, which are whole vectors, to an output whose rows need not be. The last
   * columns of a row are stored by a vector that begins earlier and repeats some, to the same
   * effect; a row shorter than a vector is stored float by float, and spoils {@code c}.
   *
   * @param c address of the results, padded to whole vectors
   * @param ldc bytes between rows of c
   * @param rows rows
   * @param columns columns to store
   * @param out address of the output
   * @param residual address of the residual, or 0 for none
   * @param ldo bytes between rows of the output and of the residual
   * @param activation the function applied last
   */
  static void store(
      long c,
      long ldc,
      int rows,
      int columns,
      long out,
      long residual,
      long ldo,
      ActivationFunction activation) {
    int bytes = 4 * columns;
    if (columns < LENGTH) {
      for (int r = 0; r < rows; r++) {
        storeShort(c + r * ldc, bytes, out + r * ldo, shift(residual, r * ldo), activation);
      }
      return;
    }
    // Each loop is a method of its own: C2 inlines a method's calls only up to a number of nodes.
    switch (activation) {
      case NONE -> identities(c, ldc, rows, bytes, out, residual, ldo);
      case GELU -> gelus(c, ldc, rows, bytes, out, residual, ldo);
      case RELU -> relus(c, ldc, rows, bytes, out, residual, ldo);
      case SILU -> silus(c, ldc, rows, bytes, out, residual, ldo);
    }
  }

  private static void identities(
      long c, long ldc, int rows, int bytes, long out, long residual, long ldo) {
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < bytes; i += BYTES) {
        int v = Math.min(i, bytes - BYTES);
        long place = r * ldo + v;
        sum(c + r * ldc + v, residual, place).intoMemorySegment(MEMORY, at(out + place), ORDER);
      }
    }
  }

  private static void gelus(
      long c, long ldc, int rows, int bytes, long out, long residual, long ldo) {
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < bytes; i += BYTES) {
        int v = Math.min(i, bytes - BYTES);
        long place = r * ldo + v;
        VectorMath.gelu(sum(c + r * ldc + v, residual, place))
            .intoMemorySegment(MEMORY, at(out + place), ORDER);
      }
    }
  }

  private static void relus(
      long c, long ldc, int rows, int bytes, long out, long residual, long ldo) {
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < bytes; i += BYTES) {
        int v = Math.min(i, bytes - BYTES);
        long place = r * ldo + v;
        sum(c + r * ldc + v, residual, place)
            .max(0)
            .intoMemorySegment(MEMORY, at(out + place), ORDER);
      }
    }
  }

  private static void silus(
      long c, long ldc, int rows, int bytes, long out, long residual, long ldo) {
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < bytes; i += BYTES) {
        int v = Math.min(i, bytes - BYTES);
        long place = r * ldo + v;
        VectorMath.silu(sum(c + r * ldc + v, residual, place))
            .intoMemorySegment(MEMORY, at(out + place), ORDER);
      }
    }
  }

  private static FloatVector sum(long c, long residual, long place) {
    FloatVector x = FloatVector.fromMemorySegment(SPECIES, MEMORY, at(c), ORDER);
    return residual == 0
        ? x
        : x.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, at(residual + place), ORDER));
  }

  /** Stores one vector. */
  static void storeVector(long c, long out, long residual, ActivationFunction activation) {
    FloatVector x = FloatVector.fromMemorySegment(SPECIES, MEMORY, c, ORDER);
    if (residual != 0) {
      x = x.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, residual, ORDER));
    }
    switch (activation) {
      case NONE -> x.intoMemorySegment(MEMORY, out, ORDER);
      case GELU -> VectorMath.gelu(x).intoMemorySegment(MEMORY, out, ORDER);
      case RELU -> x.max(0).intoMemorySegment(MEMORY, out, ORDER);
      case SILU -> VectorMath.silu(x).intoMemorySegment(MEMORY, out, ORDER);
    }
  }

  private static void storeShort(
      long c, long bytes, long out, long residual, ActivationFunction activation) {
    for (long i = 0; residual != 0 && i < bytes; i += 4) {
      OffHeap.set(c + i, OffHeap.get(c + i) + OffHeap.get(residual + i));
    }
    storeVector(c, c, 0, activation);
    for (long i = 0; i < bytes; i += 4) {
      OffHeap.set(out + i, OffHeap.get(c + i));
    }
  }

  private static long shift(long address, long bytes) {
    return address == 0 ? 0 : address + bytes;
  }
}
