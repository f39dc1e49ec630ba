package fastvit4j.kernels.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Runs kernels as a hostile caller: units one by one in random order and all at once, outputs and
 * scratch full of NaN before, and everything between guard bands that must not change.
 */
final class Harness {
  /** Unit roundoff of float32. */
  static final double EPS = 0x1p-24;

  private static final int GUARD = 64;
  private static final float SENTINEL = 12345.678f;

  private final Arena arena;
  private final List<MemorySegment> guarded = new ArrayList<>();

  private Harness(Arena arena) {
    this.arena = arena;
  }

  /**
   * All kernels that work here: scalar, plain loops, and each vector width, written for this
   * machine's registers and for the others', and with products computed term by term and in pairs.
   */
  static Stream<CpuKernels> kernels() {
    return Stream.concat(
        Stream.of(CpuKernelsProvider.scalar(), CpuKernelsProvider.loops()),
        CpuKernelsProvider.widths().stream()
            .flatMap(
                bits ->
                    Stream.of(
                        CpuKernelsProvider.ofWidth(bits, 16, false),
                        CpuKernelsProvider.ofWidth(bits, 32, false),
                        CpuKernelsProvider.ofWidth(bits, 32, true))));
  }

  /** Seeded values, normally distributed. */
  static float[] random(int seed, int count) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /**
   * Runs a kernel on single units and on all together, checks that the bits agree, and returns the
   * output.
   */
  static float[] run(
      CpuKernel kernel, float[] input, float[] second, float[] residual, int outputs) {
    float[] first = once(kernel, input, second, residual, outputs, true);
    float[] again = once(kernel, input, second, residual, outputs, false);
    for (int i = 0; i < outputs; i++) {
      assertEquals(
          Float.floatToRawIntBits(first[i]),
          Float.floatToRawIntBits(again[i]),
          "element " + i + " depends on which units are run together");
    }
    return first;
  }

  /** Checks each element against float64 and its bound. */
  static void assertClose(Expected expected, float[] actual) {
    assertEquals(expected.length(), actual.length);
    for (int i = 0; i < actual.length; i++) {
      double error = Math.abs(actual[i] - expected.value[i]);
      assertTrue(
          error <= expected.bound[i],
          "element "
              + i
              + " is "
              + actual[i]
              + ", not "
              + expected.value[i]
              + ": off by "
              + error
              + ", bound "
              + expected.bound[i]);
    }
  }

  /** Values in float64 and the errors that float32 may make. */
  static final class Expected {
    private final double[] value;
    private final double[] bound;

    /** Values, and the largest absolute errors. */
    Expected(double[] value, double[] bound) {
      this.value = value;
      this.bound = bound;
    }

    /** The number of values. */
    int length() {
      return value.length;
    }

    /** Applies an epilogue: its exact value, and its error on top of the bound. */
    Expected then(Epilogue epilogue, float[] residual) {
      double[] y = new double[value.length];
      double[] b = new double[value.length];
      for (int i = 0; i < y.length; i++) {
        double x = value[i];
        double error = bound[i];
        if (epilogue.residual()) {
          x += residual[i];
          error += EPS * (Math.abs(x) + error);
        }
        y[i] = Functions.apply(epilogue.activation(), x);
        // No slope exceeds 1.13; the functions themselves are off by 8 units of |x| at most.
        b[i] = 1.13 * error + 8 * EPS * (Math.abs(x) + error) + 1e-37;
      }
      return new Expected(y, b);
    }
  }

  private static float[] once(
      CpuKernel kernel,
      float[] input,
      float[] second,
      float[] residual,
      int outputs,
      boolean singly) {
    try (Arena arena = Arena.ofConfined()) {
      Harness harness = new Harness(arena);
      MemorySegment output = harness.poisoned(outputs);
      Buffers buffers =
          new Buffers(
              harness.filled(input),
              second == null ? null : harness.filled(second),
              residual == null ? null : harness.filled(residual),
              output,
              harness.poisoned((int) (kernel.workspaceBytes() / 4)));
      for (int phase = 0; phase < kernel.phases(); phase++) {
        List<Integer> units = new ArrayList<>();
        for (int unit = 0; unit < kernel.units(phase); unit++) {
          units.add(unit);
        }
        Collections.shuffle(units, new Random(1));
        MemorySegment scratch = harness.poisoned((int) (kernel.scratchBytes() / 4));
        if (singly) {
          for (int unit : units) {
            kernel.run(phase, buffers, scratch, unit, unit + 1);
          }
        } else {
          kernel.run(phase, buffers, scratch, 0, units.size());
        }
      }
      harness.checkGuards();
      return output.toArray(ValueLayout.JAVA_FLOAT);
    }
  }

  private MemorySegment filled(float[] values) {
    MemorySegment segment = poisoned(values.length);
    MemorySegment.copy(values, 0, segment, ValueLayout.JAVA_FLOAT, 0, values.length);
    return segment;
  }

  private MemorySegment poisoned(int floats) {
    MemorySegment whole = arena.allocate(4L * (floats + 2 * GUARD), 64);
    for (int i = 0; i < floats + 2 * GUARD; i++) {
      boolean guard = i < GUARD || i >= GUARD + floats;
      whole.setAtIndex(ValueLayout.JAVA_FLOAT, i, guard ? SENTINEL : Float.NaN);
    }
    guarded.add(whole);
    return whole.asSlice(4L * GUARD, 4L * floats);
  }

  private void checkGuards() {
    for (MemorySegment whole : guarded) {
      long floats = whole.byteSize() / 4;
      for (int i = 0; i < GUARD; i++) {
        assertEquals(SENTINEL, whole.getAtIndex(ValueLayout.JAVA_FLOAT, i), "guard before");
        assertEquals(
            SENTINEL, whole.getAtIndex(ValueLayout.JAVA_FLOAT, floats - 1 - i), "guard after");
      }
    }
  }
}
