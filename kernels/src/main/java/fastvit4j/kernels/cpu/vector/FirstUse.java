package fastvit4j.kernels.cpu.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Uses every lanewise operation of this package once, before code that has one is compiled.
 *
 * <p>The Vector API looks for an operation's implementation where it put it when the operation was
 * first used. Code that was compiled before that leaves to the interpreter there, and the JVM
 * counts it. C2 adds up such counts over all methods that it inlines into one; from 100 on it keeps
 * branches that were never taken. A tile inlines that lookup 48 times: if it was left twice,
 * anywhere in the process, checks of vectors' species stay in the loop, and with them the objects
 * that are checked.
 */
final class FirstUse {
  private FirstUse() {}

  /** Uses them. */
  static void ofEveryOperation() {
    FloatVector one = FloatVector.broadcast(Lanes.SPECIES, 1f);
    FloatVector x = one.add(one).sub(one).mul(one).div(one).min(one).max(one);
    x = x.neg().abs().sqrt().fma(one, one);
    IntVector ones = IntVector.broadcast(Lanes.INTS, 1);
    IntVector i = ones.lanewise(VectorOperators.LSHL, 1).lanewise(VectorOperators.LSHR, 1);
    i = i.add(i).sub(ones).min(ones).and(ones).lanewise(VectorOperators.XOR, ones);
    FloatVector y = i.reinterpretAsFloats();
    x.add(y.reduceLanes(VectorOperators.ADD)).add(y.reduceLanes(VectorOperators.MAX));
  }
}
