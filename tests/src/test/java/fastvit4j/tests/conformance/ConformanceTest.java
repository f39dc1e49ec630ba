package fastvit4j.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import fastvit4j.model.operator.Operator;
import fastvit4j.model.tensor.Activation;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.Session;
import fastvit4j.runtime.SessionOptions;
import fastvit4j.runtime.tornado.KernelTable;
import fastvit4j.tests.DevicesUnderTest;
import fastvit4j.tests.oracle.Oracle;
import fastvit4j.tests.oracle.Values;
import fastvit4j.tools.verify.Bounded;
import fastvit4j.tools.verify.Case;
import fastvit4j.tools.verify.ErrorAnalysis;
import fastvit4j.tools.verify.Sweep;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every device, every operator, a sweep of shapes, against the float64 oracle. What a device may be
 * off by is what the oracle's error analysis allows any float32 computation. Before a session
 * computes what is compared, it computes the same with NaN everywhere, which stays behind in
 * whatever memory the session keeps: a kernel that reads what it has not written shows it.
 */
public final class ConformanceTest {
  /** The smallest normal float32: what a device that flushes subnormal numbers to zero loses. */
  private static final double FLUSHED = Float.MIN_NORMAL;

  @TestFactory
  Stream<DynamicNode> devices() {
    List<Case> cases = Sweep.cases();
    return DevicesUnderTest.all().stream()
        .map(
            device ->
                dynamicContainer(
                    DevicesUnderTest.title(device),
                    cases.stream().map(c -> dynamicTest(c.name(), () -> check(device, c)))));
  }

  @Test
  void everyOperatorHasACase() {
    Set<Class<?>> tested =
        Sweep.cases().stream()
            .flatMap(c -> c.graph().nodes().stream())
            .map(node -> node.operator().getClass())
            .collect(Collectors.toSet());
    assertEquals(Set.of(Operator.class.getPermittedSubclasses()), tested);
  }

  static void check(Device device, Case c) {
    Map<String, Values> expected = Oracle.run(c.graph(), Values.of(c.input()));
    Map<String, Bounded> bounds = ErrorAnalysis.run(c.graph(), c.input(), device.precision());
    SessionOptions options =
        SessionOptions.of(c.input().shape())
            .withOutputs(new LinkedHashSet<>(c.graph().outputs().keySet()));
    Device stored = KernelTable.withStoredEdges(device);
    try (Session session = stored.compile(c.graph(), options)) {
      session.run(poison(c));
      Map<String, Activation> outputs = session.run(c.input());
      assertEquals(expected.keySet(), outputs.keySet());
      expected.forEach((name, exact) -> compare(name, exact, bounds.get(name), outputs.get(name)));
      Map<String, Activation> again = session.run(c.input());
      outputs.forEach(
          (name, output) ->
              assertArrayEquals(output.toFloats(), again.get(name).toFloats(), name + ", again"));
    }
  }

  private static Activation poison(Case c) {
    float[] poison = new float[c.input().shape().elements()];
    Arrays.fill(poison, Float.NaN);
    Activation activation = Activation.allocate(c.input().shape());
    activation.data().copyFrom(MemorySegment.ofArray(poison));
    return activation;
  }

  static void compare(String name, Values expected, Bounded bounded, Activation output) {
    assertEquals(expected.shape(), output.shape(), name);
    double[] exact = expected.data();
    double[] bound = bounded.error().data();
    for (int i = 0; i < exact.length; i++) {
      double error = Math.abs(output.get(i) - exact[i]);
      if (!(error <= bound[i] + FLUSHED)) {
        throw new AssertionError(
            "%s[%d] of %s is %s, not %s: off by %.3g, allowed is %.3g"
                .formatted(name, i, output.shape(), output.get(i), exact[i], error, bound[i]));
      }
    }
  }
}
