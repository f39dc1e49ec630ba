package fastvit4j.kernels.cpu.vector;

import static fastvit4j.kernels.cpu.OffHeap.ADDRESS;
import static fastvit4j.kernels.cpu.OffHeap.MEMORY;
import static fastvit4j.kernels.cpu.vector.Lanes.BYTES;
import static fastvit4j.kernels.cpu.vector.Lanes.LENGTH;
import static fastvit4j.kernels.cpu.vector.Lanes.ORDER;
import static fastvit4j.kernels.cpu.vector.Lanes.SPECIES;

import fastvit4j.kernels.cpu.ActivationFunction;
import fastvit4j.kernels.cpu.CpuProbe;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** The probe for the width that this class was loaded for. */
public final class VectorProbe implements CpuProbe {
  private static final int CHAINS = 10;

  /** A probe. */
  public VectorProbe() {}

  @Override
  public int operationsOfARound() {
    return 2 * CHAINS * LENGTH;
  }

  @Override
  public float multiplyAdds(int rounds) {
    FloatVector a = FloatVector.broadcast(SPECIES, 0.5f);
    FloatVector b = FloatVector.broadcast(SPECIES, 1f);
    FloatVector c0 = FloatVector.zero(SPECIES);
    FloatVector c1 = c0.add(1);
    FloatVector c2 = c0.add(2);
    FloatVector c3 = c0.add(3);
    FloatVector c4 = c0.add(4);
    FloatVector c5 = c0.add(5);
    FloatVector c6 = c0.add(6);
    FloatVector c7 = c0.add(7);
    FloatVector c8 = c0.add(8);
    FloatVector c9 = c0.add(9);
    // Sums, as products have them: a chain of factors would need a copy of b for each of them.
    for (int i = 0; i < rounds; i++) {
      c0 = a.fma(b, c0);
      c1 = a.fma(b, c1);
      c2 = a.fma(b, c2);
      c3 = a.fma(b, c3);
      c4 = a.fma(b, c4);
      c5 = a.fma(b, c5);
      c6 = a.fma(b, c6);
      c7 = a.fma(b, c7);
      c8 = a.fma(b, c8);
      c9 = a.fma(b, c9);
    }
    FloatVector low = c0.add(c1).add(c2.add(c3)).add(c4);
    return low.add(c5.add(c6).add(c7.add(c8)).add(c9)).reduceLanes(VectorOperators.ADD);
  }

  @Override
  public void gelu(MemorySegment from, MemorySegment to) {
    int floats = Math.toIntExact(from.byteSize() / Float.BYTES);
    Epilogues.store(from.address(), 0, 1, floats, to.address(), 0, 0, ActivationFunction.GELU);
  }

  @Override
  public float read(MemorySegment memory) {
    long begin = memory.address() & ADDRESS;
    int blocks = Math.toIntExact(memory.byteSize() / (8L * BYTES));
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    FloatVector s4 = s0;
    FloatVector s5 = s0;
    FloatVector s6 = s0;
    FloatVector s7 = s0;
    for (int i = 0; i < blocks; i++) {
      long p = begin + 8L * BYTES * i;
      s0 = s0.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, p, ORDER));
      s1 = s1.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, p + BYTES, ORDER));
      s2 = s2.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, p + 2L * BYTES, ORDER));
      s3 = s3.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, p + 3L * BYTES, ORDER));
      s4 = s4.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, p + 4L * BYTES, ORDER));
      s5 = s5.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, p + 5L * BYTES, ORDER));
      s6 = s6.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, p + 6L * BYTES, ORDER));
      s7 = s7.add(FloatVector.fromMemorySegment(SPECIES, MEMORY, p + 7L * BYTES, ORDER));
    }
    FloatVector sum = s0.add(s1).add(s2.add(s3)).add(s4.add(s5).add(s6.add(s7)));
    return sum.reduceLanes(VectorOperators.ADD);
  }
}
