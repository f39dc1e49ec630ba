package fastvit4j.emulator.suite;

import static fastvit4j.emulator.suite.Graphs.grid;
import static fastvit4j.emulator.suite.Graphs.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static uk.ac.manchester.tornado.api.enums.DataTransferMode.EVERY_EXECUTION;

import java.util.Random;
import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.enums.MMAShape;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;

/** Matrix products of warps. */
class WarpProductTest {
  private static final int WARPS = 2;

  /**
   * {@code y = a · b + 2}: each warp of a group multiplies 16 rows of its own of a by the 8 columns
   * that all have, over 32 in two steps. Layouts: a [groups, 2, 16, 32], b [groups, 32, 8], y
   * [groups, 2, 16, 8].
   */
  static void product(KernelContext context, HalfFloatArray a, HalfFloatArray b, FloatArray y) {
    int[] left = context.allocateIntLocalArray(2 * WARPS * 16 * 16 / 2);
    int[] right = context.allocateIntLocalArray(2 * 16 * 8 / 2);
    int item = context.localIdx;
    int group = context.groupIdx;
    int warp = item / 32;
    for (int i = item; i < 2 * WARPS * 16 * 8; i += 32 * WARPS) {
      // Local memory holds [2 steps, rows, 8 pairs].
      int row = i / 8 % (WARPS * 16);
      int k = i / (WARPS * 16 * 8) * 16 + 2 * (i % 8);
      int from = (group * WARPS * 16 + row) * 32 + k;
      int low = a.get(from).getHalfFloatValue() & 0xFFFF;
      int high = a.get(from + 1).getHalfFloatValue() & 0xFFFF;
      left[i] = low | (high << 16);
    }
    for (int i = item; i < 2 * 16 * 4; i += 32 * WARPS) {
      int from = group * 32 * 8 + 2 * i;
      int low = b.get(from).getHalfFloatValue() & 0xFFFF;
      int high = b.get(from + 1).getHalfFloatValue() & 0xFFFF;
      right[i] = low | (high << 16);
    }
    context.localBarrier();
    float[] c = context.mmaFragment(2.0f);
    for (int step = 0; step < 2; step++) {
      HalfFloat[] f = context.mmaLoadA(left, 16, (step * WARPS + warp) * 512);
      HalfFloat[] g = context.mmaLoadB(right, 16, step * 256);
      c = context.mma(f, g, c, MMAShape.M16N8K16);
    }
    context.mmaStore(c, y, (group * WARPS + warp) * 16, 0, 8);
  }

  private static HalfFloatArray halves(Random random, int size) {
    HalfFloatArray array = new HalfFloatArray(size);
    for (int i = 0; i < size; i++) {
      array.set(i, new HalfFloat((float) random.nextGaussian()));
    }
    return array;
  }

  private static FloatArray products(int groups, HalfFloatArray a, HalfFloatArray b) {
    FloatArray y = new FloatArray(groups * WARPS * 16 * 8);
    run(
        new TaskGraph("g")
            .transferToDevice(EVERY_EXECUTION, a, b)
            .task("t", WarpProductTest::product, new KernelContext(), a, b, y)
            .transferToHost(EVERY_EXECUTION, y),
        grid(groups * WARPS * 32, WARPS * 32));
    return y;
  }

  @Test
  void isTheProductOfTheMatrices() {
    int groups = 3;
    Random random = new Random(7);
    HalfFloatArray a = halves(random, groups * WARPS * 16 * 32);
    HalfFloatArray b = halves(random, groups * 32 * 8);
    FloatArray y = products(groups, a, b);
    for (int row = 0; row < groups * WARPS * 16; row++) {
      for (int col = 0; col < 8; col++) {
        double sum = 2;
        double magnitude = 2;
        for (int k = 0; k < 32; k++) {
          double product =
              (double) a.get(row * 32 + k).getFloat32()
                  * b.get((row / (WARPS * 16) * 32 + k) * 8 + col).getFloat32();
          sum += product;
          magnitude += Math.abs(product);
        }
        // 32 additions, each rounded once.
        double bound = 32 * 0x1p-24 * magnitude;
        assertEquals(sum, y.get(row * 8 + col), bound, "row " + row + ", column " + col);
      }
    }
  }

  /** Smallest times smallest is 2⁻⁴⁸, which float16 has not. */
  @Test
  void productsAreExact() {
    HalfFloatArray a = new HalfFloatArray(WARPS * 16 * 32);
    HalfFloatArray b = new HalfFloatArray(32 * 8);
    for (int i = 0; i < a.getSize(); i++) {
      a.set(i, new HalfFloat(i == 5 ? 65504.0f : 0.0f));
    }
    for (int i = 0; i < b.getSize(); i++) {
      b.set(i, new HalfFloat(i == 5 * 8 + 3 ? 65504.0f : i == 5 * 8 ? 0x1p-24f : 0.0f));
    }
    FloatArray y = products(1, a, b);
    assertEquals(65504.0f * 65504.0f + 2, y.get(3));
    assertEquals(65504.0f * 0x1p-24f + 2, y.get(0));
    assertEquals(2, y.get(1));
  }

  /** Reads what other work-items of the group stored. */
  static void readBack(KernelContext context, FloatArray sums, FloatArray y) {
    int item = context.localIdx;
    float[] c = context.mmaFragment(3.0f);
    context.mmaStore(c, sums, 0, 0, 8);
    context.globalBarrier();
    for (int i = item; i < 16 * 8; i += 32) {
      y.set(i, sums.get(127 - i) + i);
    }
  }

  @Test
  void whatIsStoredIsThereBehindABarrier() {
    FloatArray y = new FloatArray(128);
    run(
        new TaskGraph("g")
            .task("t", WarpProductTest::readBack, new KernelContext(), new FloatArray(128), y)
            .transferToHost(EVERY_EXECUTION, y),
        grid(32, 32));
    for (int i = 0; i < 128; i++) {
      assertEquals(3 + i, y.get(i));
    }
  }
}
