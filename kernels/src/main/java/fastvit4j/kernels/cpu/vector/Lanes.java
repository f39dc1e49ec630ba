package fastvit4j.kernels.cpu.vector;

import fastvit4j.kernels.cpu.OffHeap;
import fastvit4j.kernels.cpu.VectorWidth;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** The vectors that this copy of the package's classes uses; see {@link VectorWidth}. */
final class Lanes {
  /** The species. */
  static final VectorSpecies<Float> SPECIES =
      VectorSpecies.of(float.class, VectorShape.forBitSize(VectorWidth.of(Lanes.class)));

  /** Integers of the same number and size. */
  static final VectorSpecies<Integer> INTS = SPECIES.withLanes(int.class);

  /** Floats of a vector. */
  static final int LENGTH = SPECIES.length();

  /** Bytes of a vector. */
  static final int BYTES = 4 * LENGTH;

  /** The machine's own byte order. */
  static final ByteOrder ORDER = ByteOrder.nativeOrder();

  /** Vector registers. */
  static final int REGISTERS = VectorWidth.registers(Lanes.class);

  private static final IntVector BY_8 = rotation(8);
  private static final IntVector BY_4 = rotation(4);
  private static final IntVector BY_2 = rotation(2);
  private static final IntVector BY_1 = rotation(1);

  static {
    FirstUse.ofEveryOperation();
  }

  private Lanes() {}

  private static IntVector rotation(int by) {
    int[] lanes = new int[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      lanes[i] = (i + by) % LENGTH;
    }
    return IntVector.fromArray(INTS, lanes, 0);
  }

  /**
   * The sum of a vector's lanes in each lane, added in pairs, in an order that is always the same;
   * unlike {@link #sum}, without a detour through memory.
   */
  static FloatVector total(FloatVector vector) {
    FloatVector sum = vector;
    if (LENGTH >= 16) {
      sum = sum.add(LaneTable.take(BY_8, sum.reinterpretAsInts()));
    }
    if (LENGTH >= 8) {
      sum = sum.add(LaneTable.take(BY_4, sum.reinterpretAsInts()));
    }
    sum = sum.add(LaneTable.take(BY_2, sum.reinterpretAsInts()));
    return sum.add(LaneTable.take(BY_1, sum.reinterpretAsInts()));
  }

  /**
   * The larger of each two lanes, the first if any is NaN: in two instructions, where {@code max},
   * which tells NaN and −0 apart, takes several.
   */
  static FloatVector larger(FloatVector a, FloatVector b) {
    return a.blend(b, b.compare(VectorOperators.GT, a));
  }

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
