package fastvit4j.kernels.cpu.vector;

import fastvit4j.kernels.cpu.OffHeap;
import fastvit4j.kernels.cpu.VectorWidth;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** The vectors that this copy of the package's classes uses; see {@link VectorWidth}. */
final class Lanes {
  /** The species. */
  static final VectorSpecies<Float> SPECIES =
      VectorSpecies.of(float.class, VectorShape.forBitSize(VectorWidth.of(Lanes.class)));

  /** Floats of a vector. */
  static final int LENGTH = SPECIES.length();

  /** Bytes of a vector. */
  static final int BYTES = 4 * LENGTH;

  /** The machine's own byte order. */
  static final ByteOrder ORDER = ByteOrder.nativeOrder();

  /** Vector registers. */
  static final int REGISTERS = VectorWidth.registers(Lanes.class);

  private Lanes() {}

  /**
   * The sum of a vector's lanes, in their order; {@code reduceLanes} promises no order, and its
   * bits differ between the interpreter and compiled code.
   *
   * @param spare address of a vector's bytes that are overwritten
   */
  static float sum(FloatVector vector, long spare) {
    vector.intoMemorySegment(OffHeap.MEMORY, spare, ORDER);
    float sum = 0;
    for (int i = 0; i < LENGTH; i++) {
      sum += OffHeap.get(spare + 4L * i);
    }
    return sum;
  }

  /** The least multiple of a vector's length that is at least {@code n}. */
  static int roundUp(int n) {
    return (n + LENGTH - 1) / LENGTH * LENGTH;
  }
}
