package fastvit4j.tools.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.fastvit.Variant;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.image.PixelBatch;
import fastvit4j.model.image.Preprocessing;
import fastvit4j.model.tensor.Activation;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.Devices;
import fastvit4j.runtime.Precision;
import fastvit4j.runtime.Session;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** A device passes that computes in float32, and one does not that loses half of the digits. */
class VerificationTest {
  private static final Device CPU = Devices.named("cpu");

  @Test
  void acceptsFloat32() {
    Graph graph = Networks.inference(Variant.T8.config());
    Activation image = Networks.image(graph, 256);
    Verification result =
        Verification.of(CPU, graph, SessionInput.of(image), Networks.bounds(graph, image));
    assertTrue(result.ok(), result.failure());
    assertTrue(result.fraction() > 0, "nothing was compared");
  }

  @Test
  void refusesOutputsOfHalfPrecision() {
    Device half = changing(VerificationTest::toHalfPrecision);
    Graph graph = Networks.inference(Variant.T8.config());
    Activation image = Networks.image(graph, 256);
    Verification result =
        Verification.of(half, graph, SessionInput.of(image), Networks.bounds(graph, image));
    assertFalse(result.ok(), "fraction " + result.fraction());

    Checks checks = new Checks();
    for (String operator : List.of("Linear", "SelfAttention", "fused operators")) {
      Checks.Result of = checks.operator(operator, half, () -> {});
      assertTrue(of.failures().size() > of.shapes() / 2, of.toString());
    }
  }

  @Test
  void refusesOutputsThatAreNotANumber() {
    Device broken =
        changing(
            output -> {
              float[] values = output.toFloats();
              values[values.length - 1] = Float.NaN;
              return activation(output, values);
            });
    Checks.Result result = new Checks().operator("Relu", broken, () -> {});
    assertTrue(result.failures().size() == result.shapes(), result.toString());
  }

  /** Each kernel of several operators is tried, though no device would take it at these shapes. */
  @Test
  void triesEveryFusionThatCanComputeACase() {
    Device emulator = Devices.named("emulator");
    Set<String> ways = new TreeSet<>();
    for (Case c : FusionCases.all()) {
      ways.addAll(Checks.ways(c, emulator).keySet());
      assertEquals(Set.of(""), Checks.ways(c, CPU).keySet());
    }
    assertEquals(
        Set.of(
            "",
            " by depthwisePair",
            " by depthwisePointwise",
            " by pixelStem",
            " by pointwisePair"),
        ways);
  }

  /**
   * Pictures pass in one kernel and in several; with a mean that is off by a hundredth, neither.
   */
  @Test
  void checksPicturesThatAreGivenAsBytes() {
    Case stem =
        FusionCases.all().stream()
            .filter(c -> c.given() instanceof SessionInput.Pictures && c.input().shape().n() == 2)
            .findFirst()
            .orElseThrow();
    PixelBatch pixels = ((SessionInput.Pictures) stem.given()).pixels();
    Preprocessing other = pixels.preprocessing();
    other =
        new Preprocessing(
            other.height(),
            other.width(),
            1,
            other.mean().stream().map(m -> m + 0.01f).toList(),
            other.std());
    SessionInput shifted = SessionInput.of(new PixelBatch(pixels.shape(), pixels.samples(), other));
    Map<String, Bounded> bounds =
        ErrorAnalysis.run(stem.graph(), stem.given().exact(), Precision.FLOAT32);
    Map<String, Device> devices = new LinkedHashMap<>(Checks.ways(stem, Devices.named("emulator")));
    devices.put("cpu", CPU);
    assertTrue(devices.containsKey(" by pixelStem"), devices.toString());
    devices.forEach(
        (way, device) -> {
          Verification right = Verification.of(device, stem.graph(), stem.given(), bounds);
          assertTrue(right.ok() && right.fraction() > 0, way + ": " + right);
          assertFalse(Verification.of(device, stem.graph(), shifted, bounds).ok(), way);
        });
  }

  private static Activation toHalfPrecision(Activation output) {
    float[] values = output.toFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.float16ToFloat(Float.floatToFloat16(values[i]));
    }
    return activation(output, values);
  }

  private static Activation activation(Activation like, float[] values) {
    Activation activation = Activation.allocate(like.shape());
    for (int i = 0; i < values.length; i++) {
      activation.set(i, values[i]);
    }
    return activation;
  }

  /** The processor, with something done to all that its sessions compute. */
  private static Device changing(UnaryOperator<Activation> change) {
    return proxy(
        Device.class,
        CPU,
        result ->
            proxy(
                Session.class,
                result,
                outputs -> {
                  Map<Object, Activation> changed = new LinkedHashMap<>();
                  ((Map<?, ?>) outputs)
                      .forEach(
                          (name, output) -> changed.put(name, change.apply((Activation) output)));
                  return changed;
                },
                "run"),
        "compile");
  }

  private static <T> T proxy(
      Class<T> type, Object target, UnaryOperator<Object> change, String method) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, called, arguments) -> {
              try {
                Object result = called.invoke(target, arguments);
                return called.getName().equals(method) ? change.apply(result) : result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }
}
