package fastvit4j.runtime.tornado;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.operator.Shape;
import fastvit4j.runtime.Precision;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/** Kernels that do what guard bands are there to notice. */
final class GuardsTest {
  private static final int SIZE = 6;
  private static final int BAND = 5;
  private static final PlanInput INPUT = PlanInput.floats(new Shape(1, 1, 1, SIZE));

  private static final Kernel ADD =
      new Kernel(
          "add",
          Kernels.class,
          "add",
          "rrw##",
          (g, t, a) ->
              g.task(
                  t, Kernels::add, a.array(0), a.array(1), a.array(2), a.integer(3), a.integer(4)));

  private static final Kernel COPY =
      new Kernel(
          "copy",
          Kernels.class,
          "copy",
          "rrw##",
          (g, t, a) ->
              g.task(
                  t,
                  Kernels::copy,
                  a.array(0),
                  a.array(1),
                  a.array(2),
                  a.integer(3),
                  a.integer(4)));

  private static final Kernel SPOIL =
      new Kernel(
          "spoil",
          Kernels.class,
          "spoil",
          "rrw##",
          (g, t, a) ->
              g.task(
                  t,
                  Kernels::spoil,
                  a.array(0),
                  a.array(1),
                  a.array(2),
                  a.integer(3),
                  a.integer(4)));

  /** The emulator runs a copy of their class. */
  public static final class Kernels {
    private Kernels() {}

    /** {@code y[i] = x[i] + w[i + shift]}. */
    public static void add(FloatArray x, FloatArray w, FloatArray y, int size, int shift) {
      for (@Parallel int i = 0; i < size; i++) {
        y.set(i, x.get(i) + w.get(i + shift));
      }
    }

    /** {@code y[i] = x[i + shift]}, and w is read. */
    public static void copy(FloatArray x, FloatArray w, FloatArray y, int size, int shift) {
      for (@Parallel int i = 0; i < size; i++) {
        y.set(i, w.get(0) > 0 ? x.get(i + shift) : 0);
      }
    }

    /** The same as add, and {@code w[i] = y[i] + shift}. */
    public static void spoil(FloatArray x, FloatArray w, FloatArray y, int size, int shift) {
      for (@Parallel int i = 0; i < size; i++) {
        float sum = x.get(i) + w.get(i);
        y.set(i, sum);
        w.set(i, sum + shift);
      }
    }
  }

  @Test
  void whatKeepsToItsArraysPasses() {
    assertArrayEquals(new float[] {10, 21, 32, 43, 54, 65}, run(ADD, BAND, SIZE, 0));
    assertArrayEquals(new float[] {10, 21, 32, 43, 54, 65}, run(ADD, 0, SIZE, 0));
  }

  @Test
  void writingBehindAnArrayIsNoticed() {
    IllegalStateException e =
        assertThrows(IllegalStateException.class, () -> run(ADD, BAND, SIZE + 2, 0));
    assertEquals("a kernel wrote element 6 of y, which has 6 elements", e.getMessage());
  }

  /** What is copied from behind one array to behind another is a NaN too. */
  @Test
  void eachBandHasANaNOfItsOwn() {
    IllegalStateException e =
        assertThrows(IllegalStateException.class, () -> run(COPY, BAND, SIZE + 1, 0));
    assertEquals("a kernel wrote element 6 of y, which has 6 elements", e.getMessage());
  }

  @Test
  void writingWhatIsOnlyReadIsNoticed() {
    IllegalStateException e =
        assertThrows(IllegalStateException.class, () -> run(SPOIL, BAND, SIZE, 1));
    assertEquals("a kernel wrote element 0 of weights of task, which is only read", e.getMessage());
  }

  @Test
  void whatIsReadBehindAnArraySpoilsTheResult() {
    float[] y = run(ADD, BAND, SIZE, 1);
    assertEquals(20, y[0]);
    assertTrue(Float.isNaN(y[SIZE - 1]));
  }

  @Test
  void whatIsNotWrittenSpoilsTheResult() {
    float[] y = run(ADD, BAND, SIZE - 1, 0);
    assertEquals(54, y[SIZE - 2]);
    assertTrue(Float.isNaN(y[SIZE - 1]));
  }

  /** The emulator's own check of indices holds for the value where the band is empty. */
  @Test
  void withoutABandArraysAreAsLongAsTheirValues() {
    assertThrows(RuntimeException.class, () -> run(ADD, 0, SIZE + 1, 0));
    assertThrows(RuntimeException.class, () -> run(ADD, 0, SIZE, 1));
  }

  /** y of a kernel that adds 10, 20, 30 … to 0, 1, 2 …. */
  private static float[] run(Kernel kernel, int band, int size, int shift) {
    TornadoDevice device = (TornadoDevice) new EmulatorProvider().find().devices().getFirst();
    try (Arena arena = Arena.ofShared()) {
      LoweredTask task =
          new LoweredTask(
              "task",
              0,
              kernel,
              List.of(
                  TaskList.value(INPUT.value()),
                  FloatArray.fromElements(10, 20, 30, 40, 50, 60),
                  TaskList.value("y"),
                  size,
                  shift),
              SIZE,
              LaunchGrid.loops(size),
              false);
      Guards guards = Guards.of(band, arena);
      List<LoweredTask> tasks = guards.around(List.of(task));
      BufferPlan plan = BufferPlan.of(tasks, guards.apart(Set.of("y")), INPUT.value());
      TornadoNativeArray input = guards.input(INPUT, Precision.FLOAT32);
      TornadoNativeArray y = guards.buffers(plan).get(plan.slot("y"));
      GraphChain chain =
          GraphChain.of(
              tasks,
              guards.given(INPUT.value()),
              value -> value.equals("y") ? y : input,
              guards.returned(new LinkedHashSet<>(Set.of(y))),
              Map.of());
      return RuntimeThread.COMMON.alone(
          () -> {
            GraphRunner runner = new GraphRunner(device, chain, tasks.size());
            try {
              HostArrays.write(MemorySegment.ofArray(new float[] {0, 1, 2, 3, 4, 5}), input);
              guards.raise();
              runner.execute();
              guards.check();
              float[] values = new float[SIZE];
              HostArrays.read(y, MemorySegment.ofArray(values));
              return values;
            } finally {
              runner.release();
            }
          });
    }
  }
}
