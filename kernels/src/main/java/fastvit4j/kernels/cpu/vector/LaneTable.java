package fastvit4j.kernels.cpu.vector;

import static fastvit4j.kernels.cpu.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** Tables of as many floats as a vector has, from which one instruction takes one for each lane. */
final class LaneTable {
  /**
   * Added to a number below 2²², it rounds that to an integer, which then stands in the lowest
   * bits.
   */
  static final float ROUND = 0x1.8p23f;

  private LaneTable() {}

  /** A table of a vector's length, as integers, which is how it is looked up. */
  static IntVector of(float... values) {
    return FloatVector.fromArray(SPECIES, values, 0).reinterpretAsInts();
  }

  /** Each lane's value; of an index, the lowest bits count, as many as the table needs. */
  static FloatVector take(IntVector index, IntVector table) {
    return index.selectFrom(table).reinterpretAsFloats();
  }
}
