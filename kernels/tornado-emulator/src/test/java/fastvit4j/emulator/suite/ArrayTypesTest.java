package fastvit4j.emulator.suite;

import static fastvit4j.emulator.suite.Graphs.filled;
import static fastvit4j.emulator.suite.Graphs.grid;
import static fastvit4j.emulator.suite.Graphs.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static uk.ac.manchester.tornado.api.enums.DataTransferMode.EVERY_EXECUTION;

import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.ByteArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.Int8Array;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Kernels that use every type of array. */
class ArrayTypesTest {
  static void everyType(
      ByteArray bytes, Int8Array small, IntArray ints, HalfFloatArray halves, FloatArray sums) {
    for (@Parallel int i = 0; i < bytes.getSize(); i++) {
      HalfFloat half = HalfFloat.add(halves.get(i), new HalfFloat(0.5f));
      halves.set(i, half);
      sums.set(i, (bytes.get(i) & 0xff) + small.get(i) + ints.get(i) + half.getFloat32());
    }
  }

  static void everyLocalType(KernelContext context, FloatArray x) {
    double[] doubles = context.allocateDoubleLocalArray(4);
    long[] longs = context.allocateLongLocalArray(4);
    int[] ints = context.allocateIntLocalArray(4);
    byte[] bytes = context.allocateByteLocalArray(4);
    short[] shorts = new short[1];
    boolean[] flags = new boolean[1];
    int i = context.localIdx;
    doubles[i] = 0.25 * i;
    longs[i] = 1L << (40 + i);
    ints[i] = i;
    bytes[i] = (byte) -i;
    shorts[0] = (short) i;
    flags[0] = i % 2 == 1;
    context.localBarrier();
    int j = 3 - i;
    double sum = doubles[j] + (longs[j] >> 40) + ints[j] + bytes[j] + shorts[0];
    x.set(context.globalIdx, (float) (flags[0] ? sum : -sum));
  }

  @Test
  void everyArrayType() {
    ByteArray bytes = ByteArray.fromElements((byte) -1, (byte) 2);
    Int8Array small = Int8Array.fromElements((byte) -3, (byte) 4);
    IntArray ints = IntArray.fromElements(1000, -1000);
    HalfFloatArray halves = HalfFloatArray.fromElements(new HalfFloat(1.5f), new HalfFloat(-1));
    FloatArray sums = filled(2, -1);
    run(
        new TaskGraph("g")
            .transferToDevice(EVERY_EXECUTION, bytes, small, ints, halves)
            .task("t", ArrayTypesTest::everyType, bytes, small, ints, halves, sums)
            .transferToHost(EVERY_EXECUTION, sums, halves));
    assertEquals(255 - 3 + 1000 + 2, sums.get(0));
    assertEquals(2 + 4 - 1000 - 0.5f, sums.get(1));
    assertEquals(2.0f, halves.get(0).getFloat32());
    FloatArray x = filled(8, -1);
    run(
        new TaskGraph("g")
            .task("t", ArrayTypesTest::everyLocalType, new KernelContext(), x)
            .transferToHost(EVERY_EXECUTION, x),
        grid(8, 4));
    for (int i = 0; i < 8; i++) {
      int j = 3 - i % 4;
      float sum = 0.25f * j + (1 << j) + i % 4;
      assertEquals(i % 2 == 1 ? sum : -sum, x.get(i));
    }
  }
}
