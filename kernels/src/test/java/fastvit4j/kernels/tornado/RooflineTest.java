package fastvit4j.kernels.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.WorkerGrid1D;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The first work-item's part, which is what a kernel does outside a device; what warps do is run by
 * the emulator.
 */
class RooflineTest {
  @Test
  void multiplyAddsAreAllDone() {
    float m = 0.75f;
    float a = 0.5f;
    int rounds = 5;
    FloatArray y = new FloatArray(Lanes.COUNT);
    y.init(Float.NaN);
    Roofline.multiplyAdds(new KernelContext(), FloatArray.fromElements(m, a), y, rounds);
    double expected = 0;
    for (int r = 1; r <= 8; r++) {
      double v = r / 10.0;
      for (int i = 0; i < rounds; i++) {
        v = v * m + a;
      }
      expected += v;
    }
    for (int i = 0; i < Lanes.COUNT; i++) {
      // Eight values below 2, each with two roundings a round, and their sum: 16 · 12 · 2⁻²⁴.
      assertEquals(expected, y.get(i), 16 * 12 * 0x1p-24);
    }
  }

  @Test
  void multiplyAddsWithoutVectorsAreAllDone() {
    float m = 0.75f;
    float a = 0.5f;
    int rounds = 5;
    FloatArray y = new FloatArray(1);
    Roofline.multiplyAddsAlone(new KernelContext(), FloatArray.fromElements(m, a), y, rounds);
    double expected = 0;
    for (int r = 1; r <= Roofline.EACH_ROUND_ALONE; r++) {
      double v = 0.05 * r;
      for (int i = 0; i < rounds; i++) {
        v = v * m + a;
      }
      expected += v;
    }
    // Sixteen values below 2, each with two roundings a round, and their sum: 32 · 26 · 2⁻²⁴.
    assertEquals(expected, y.get(0), 32 * 26 * 0x1p-24);
  }

  @Test
  void matricesAreAllMultiplied() throws TornadoExecutionPlanException {
    int groups = 2;
    int rounds = 3;
    FloatArray x = FloatArray.fromElements(0.75f);
    FloatArray y = new FloatArray(groups * Roofline.MATRIX_SUMS);
    TaskGraph graph = new TaskGraph("g");
    graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, x);
    graph.task("t", Roofline::matrixMultiplyAdds, new KernelContext(), x, y, rounds);
    graph.transferToHost(DataTransferMode.EVERY_EXECUTION, y);
    WorkerGrid1D grid = new WorkerGrid1D(groups * Roofline.MATRIX_GROUP);
    grid.setLocalWork(Roofline.MATRIX_GROUP, 1, 1);
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
      plan.withGridScheduler(new GridScheduler("g.t", grid)).execute();
    }
    for (int i = 0; i < y.getSize(); i++) {
      // All of these are numbers that float32 has.
      assertEquals(i / 128 % 8 + 16 * rounds * 0.75f * 0.75f, y.get(i), "element " + i);
    }
  }

  @Test
  void copiesCopy() {
    int vectors = 3;
    FloatArray x = new FloatArray(vectors * Lanes.COUNT);
    for (int i = 0; i < x.getSize(); i++) {
      x.set(i, i + 1);
    }
    FloatArray y = new FloatArray(x.getSize());
    y.init(Float.NaN);
    Roofline.copyVectors(new KernelContext(), x, y, vectors);
    for (int i = 0; i < x.getSize(); i++) {
      assertEquals(i + 1, y.get(i));
    }
    FloatArray one = new FloatArray(1);
    Roofline.copy(new KernelContext(), x, one);
    assertEquals(1, one.get(0));
  }
}
