package fastvit4j.tools.verify;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.tensor.Activation;
import fastvit4j.reparam.Float64Evaluator.Value;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.Session;
import fastvit4j.runtime.SessionOptions;
import java.util.LinkedHashSet;
import java.util.Map;

/**
 * What one graph on one device gave, compared with float64.
 *
 * @param fraction the largest error as a fraction of its bound: more than 1 is too much
 * @param failure one line that says what is wrong, or null
 */
public record Verification(double fraction, String failure) {
  /** The smallest normal float32: what a device that flushes subnormal numbers to zero loses. */
  private static final double FLUSHED = Float.MIN_NORMAL;

  /** Whether nothing is wrong. */
  public boolean ok() {
    return failure == null;
  }

  /**
   * Runs a graph with NaN everywhere, or with other pictures, which stays behind in whatever memory
   * the session keeps, and then with an input, and compares all outputs.
   *
   * @param bounds each output's exact value and bound
   */
  static Verification of(
      Device device, Graph graph, SessionInput input, Map<String, Bounded> bounds) {
    SessionOptions options =
        input.options().withOutputs(new LinkedHashSet<>(graph.outputs().keySet()));
    try (Session session = device.compile(graph, options)) {
      input.poison().run(session);
      return compare(bounds, input.run(session));
    } catch (RuntimeException e) {
      return new Verification(Double.POSITIVE_INFINITY, String.valueOf(e.getMessage()));
    }
  }

  static Verification compare(Map<String, Bounded> bounds, Map<String, Activation> outputs) {
    Verification worst = new Verification(0, null);
    for (Map.Entry<String, Bounded> entry : bounds.entrySet()) {
      Verification one = compare(entry.getKey(), entry.getValue(), outputs.get(entry.getKey()));
      worst = one.fraction > worst.fraction ? one : worst;
    }
    return worst;
  }

  private static Verification compare(String name, Bounded expected, Activation output) {
    Value exact = expected.value();
    if (!exact.shape().equals(output.shape())) {
      return new Verification(
          Double.POSITIVE_INFINITY,
          "%s has the shape %s, not %s".formatted(name, output.shape(), exact.shape()));
    }
    double largest = 0;
    int at = 0;
    for (int i = 0; i < exact.data().length; i++) {
      double error = Math.abs(output.get(i) - exact.data()[i]);
      double fraction = error / (expected.error().data()[i] + FLUSHED);
      fraction = Double.isNaN(fraction) ? Double.POSITIVE_INFINITY : fraction;
      if (fraction > largest) {
        largest = fraction;
        at = i;
      }
    }
    if (largest <= 1) {
      return new Verification(largest, null);
    }
    return new Verification(
        largest,
        "%s[%d] is %s, not %s: off by %.3g, allowed is %.3g"
            .formatted(
                name,
                at,
                output.get(at),
                exact.data()[at],
                Math.abs(output.get(at) - exact.data()[at]),
                expected.error().data()[at]));
  }
}
