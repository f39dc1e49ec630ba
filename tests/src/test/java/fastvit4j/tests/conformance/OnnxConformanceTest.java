package fastvit4j.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import fastvit4j.benchmarks.OnnxRuntimeSession;
import fastvit4j.model.tensor.Activation;
import fastvit4j.tests.oracle.Oracle;
import fastvit4j.tests.oracle.Values;
import fastvit4j.tools.onnx.OnnxExport;
import fastvit4j.tools.onnx.OnnxOptions;
import fastvit4j.tools.verify.Bounded;
import fastvit4j.tools.verify.Case;
import fastvit4j.tools.verify.ErrorAnalysis;
import fastvit4j.tools.verify.Sweep;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every operator and every sweep of shapes through the ONNX export and ONNX Runtime, against the
 * float64 oracle: the export means what the graph means, and so does the oracle, as somebody else
 * understands the operators.
 */
final class OnnxConformanceTest {
  @TestFactory
  Stream<DynamicTest> cases() {
    return Sweep.cases().stream().map(c -> dynamicTest(c.name(), () -> check(c)));
  }

  private static void check(Case c) {
    Map<String, Values> expected = Oracle.run(c.graph(), Values.of(c.input()));
    Map<String, Bounded> bounds = ErrorAnalysis.run(c.graph(), c.input());
    OnnxOptions options =
        OnnxOptions.of(c.input().shape())
            .withOutputs(new LinkedHashSet<>(c.graph().outputs().keySet()));
    try (OnnxRuntimeSession session =
        OnnxRuntimeSession.of(OnnxExport.bytes(c.graph(), options), 1)) {
      Map<String, Activation> outputs = session.run(c.input());
      assertEquals(expected.keySet(), outputs.keySet());
      expected.forEach(
          (name, exact) ->
              ConformanceTest.compare(name, exact, bounds.get(name), outputs.get(name)));
    }
  }
}
