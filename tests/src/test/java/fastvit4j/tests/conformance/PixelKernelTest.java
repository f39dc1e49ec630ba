package fastvit4j.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import fastvit4j.kernels.tornado.Elementwise;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.ByteArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The kernel that normalises pictures on the device, against float64: on the emulator, or on what
 * TornadoVM takes first where the JVM has an SDK.
 */
public final class PixelKernelTest {
  private static final float[] MEAN = {0.485f, 0.456f, 0.406f};
  private static final float[] STD = {0.229f, 0.224f, 0.225f};

  /** Half a unit in the last place of float32, relative. */
  private static final double U = 0x1p-24;

  /** One pixel, odd sizes, a batch of two: all that the kernel knows is their number of pixels. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 7 * 5, 33 * 17, 2 * 19 * 23})
  void normalisesEveryByte(int pixels) throws Exception {
    byte[] bytes = new byte[3 * pixels];
    new Random(pixels).nextBytes(bytes);
    bytes[0] = (byte) 255;
    FloatArray scale = new FloatArray(3);
    FloatArray shift = new FloatArray(3);
    for (int c = 0; c < 3; c++) {
      scale.set(c, (float) (1 / (255 * (double) STD[c])));
      shift.set(c, (float) (-MEAN[c] / (double) STD[c]));
    }
    ByteArray x = ByteArray.fromArray(bytes);
    FloatArray y = new FloatArray(3 * pixels);
    y.init(Float.NaN);
    TaskGraph graph =
        new TaskGraph("pictures")
            .transferToDevice(DataTransferMode.EVERY_EXECUTION, x)
            .transferToDevice(DataTransferMode.FIRST_EXECUTION, scale, shift)
            .task("normalize", Elementwise::normalizePixels, x, scale, shift, y, pixels)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, y);
    ImmutableTaskGraph snapshot = graph.snapshot();
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(snapshot)) {
      plan.execute();
    }
    for (int i = 0; i < bytes.length; i++) {
      double std = STD[i % 3];
      double product = (bytes[i] & 0xff) / 255.0 / std;
      double exact = product - MEAN[i % 3] / std;
      // Scale, shift, their product and the sum are rounded once each.
      double bound =
          U * (2 * product + MEAN[i % 3] / std + Math.abs(exact)) * (1 + 4 * U) + Float.MIN_NORMAL;
      assertEquals(exact, y.get(i), bound, "element " + i + ", byte " + (bytes[i] & 0xff));
    }
  }
}
