package fastvit4j.tests.tornado;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.GraphBuilder;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.GlobalAveragePool;
import fastvit4j.model.operator.Linear;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Activation;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.DeviceException;
import fastvit4j.runtime.Session;
import fastvit4j.runtime.SessionOptions;
import fastvit4j.tests.DevicesUnderTest;
import fastvit4j.tests.golden.Synthetic;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What an OpenCL driver refuses is said in one line that names the operator and its shape, though
 * TornadoVM throws nothing. {@link SdkSuitesTest} runs this where there is such a device.
 */
final class DeviceFaultTest {
  private static final Shape SHAPE = new Shape(1, 8, 8, 3);
  private static final Graph GRAPH = graph();
  private static final Activation INPUT =
      Activation.fromNchw(new Synthetic(1).image(SHAPE.n(), SHAPE.c(), SHAPE.h(), SHAPE.w()));

  static List<Device> devices() {
    return DevicesUnderTest.all().stream()
        .filter(device -> device.name().startsWith("tornado:opencl:"))
        .toList();
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("devices")
  void aKernelThatDoesNotBuild(Device device) {
    String message = refused(device, OpenClDriver.Call.BUILD);
    assertTrue(message.contains("Conv2d stem (output 1x8x8x4)"), message);
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("devices")
  void aLaunchThatIsRefused(Device device) {
    String message = refused(device, OpenClDriver.Call.LAUNCH);
    assertTrue(message.contains("refuses to launch the kernel "), message);
    assertTrue(message.contains(" of Conv2d stem (output 1x8x8x4) with a grid of "), message);
  }

  /** The message of a session that is opened while a function of the driver fails. */
  private static String refused(Device device, OpenClDriver.Call call) {
    OpenClDriver driver = OpenClDriver.of(device).orElseThrow();
    float[] expected = logits(device);
    long bytes = driver.bytes();
    int queues = driver.queues();
    Runnable undo = driver.fail(call);
    try {
      String message = assertThrows(DeviceException.class, () -> logits(device)).getMessage();
      assertEquals(1, message.lines().count(), message);
      assertTrue(message.startsWith(device.name()), message);
      return message;
    } finally {
      undo.run();
      assertEquals(bytes, driver.bytes(), driver::toString);
      assertEquals(queues, driver.queues(), driver::toString);
      assertArrayEquals(expected, logits(device));
    }
  }

  /** Another session finds the device as good as it is. */
  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("devices")
  void aDeviceThatIsLostInMidRun(Device device) {
    OpenClDriver driver = OpenClDriver.of(device).orElseThrow();
    float[] expected = logits(device);
    try (Session session = device.compile(GRAPH, SessionOptions.of(SHAPE))) {
      assertArrayEquals(expected, session.logits(INPUT).toFloats());
      Runnable undo = driver.fail(OpenClDriver.Call.READ_BUFFER);
      try {
        String message =
            assertThrows(DeviceException.class, () -> session.logits(INPUT)).getMessage();
        assertEquals(1, message.lines().count(), message);
        assertTrue(
            message.contains("Linear head (output 1x1x1x5) of faults at 1x8x8x3: "), message);
        assertTrue(message.contains("gave no logits back"), message);
      } finally {
        undo.run();
      }
      assertThrows(DeviceException.class, () -> session.logits(INPUT));
    }
    assertArrayEquals(expected, logits(device));
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("devices")
  void whatDoesNotFitIsRefusedBeforeAnythingIsTaken(Device device) {
    OpenClDriver driver = OpenClDriver.of(device).orElseThrow();
    String held = driver.toString();
    SessionOptions options = SessionOptions.of(SHAPE).withMemoryLimit(500);
    driver.allow(0);
    try {
      String message =
          assertThrows(DeviceException.class, () -> device.compile(GRAPH, options)).getMessage();
      assertEquals(1, message.lines().count(), message);
      assertTrue(message.matches(".* needs \\d+ bytes .* there are 500: .*"), message);
    } finally {
      driver.allow(Long.MAX_VALUE);
    }
    assertEquals(held, driver.toString());
  }

  private static float[] logits(Device device) {
    try (Session session = device.compile(GRAPH, SessionOptions.of(SHAPE))) {
      return session.logits(INPUT).toFloats();
    }
  }

  private static Graph graph() {
    Synthetic w = new Synthetic(2);
    GraphBuilder b = new GraphBuilder("faults");
    Conv2d stem =
        new Conv2d(w.tensor("stem.weight", 4, 3, 3, 3), w.tensor("stem.bias", 4), 1, 1, 1);
    String pooled =
        b.add("pool", "head", new GlobalAveragePool(), b.add("stem", "stem", stem, Graph.INPUT));
    Linear head = new Linear(w.tensor("head.weight", 5, 4), w.tensor("head.bias", 5));
    b.output(Graph.LOGITS, b.add("head", "head", head, pooled));
    return b.build();
  }
}
