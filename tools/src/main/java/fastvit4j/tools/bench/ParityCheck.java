package fastvit4j.tools.bench;

import fastvit4j.model.checkpoint.SyntheticWeights;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.operator.ShapeException;
import fastvit4j.model.tensor.Activation;
import fastvit4j.reparam.Float64Evaluator;
import fastvit4j.runtime.Session;
import fastvit4j.runtime.SessionOptions;
import java.util.HashMap;
import java.util.Map;

/**
 * Compares sessions with the float64 evaluation of their graph on the same synthetic image, which
 * is computed once for each model, form and size. Where that would take too long, a smaller image
 * of about the same proportions is taken, and {@link Parity} says of which size.
 */
final class ParityCheck {
  /** What float64 may compute for one image: some seconds. */
  static final long MOST_MACS = 700_000_000L;

  private static final int SMALLEST = 64;
  private static final int STEP = 32;
  private static final long REFERENCE_SEED = 1;
  private static final long OTHER_SEED = 2;

  private record Key(String model, Form form, int height, int width) {}

  private final Map<Key, double[]> references = new HashMap<>();

  /** How right the session of a configuration is. */
  Parity check(Configuration configuration, Session session) {
    Shape size = affordable(session.graph(), configuration.input().withBatch(1));
    if (size.equals(configuration.input().withBatch(1))) {
      return check(configuration, session, size);
    }
    // In a session of its own: one that has seen two sizes keeps the memory of both.
    SessionOptions options =
        SessionOptions.of(size.withBatch(configuration.batch()))
            .withThreads(session.options().threads())
            .withProgress(session.options().progress());
    try (Session smaller = session.device().compile(session.graph(), options)) {
      return check(configuration, smaller, size);
    }
  }

  private Parity check(Configuration configuration, Session session, Shape size) {
    Key key = new Key(configuration.model(), configuration.form(), size.h(), size.w());
    double[] exact = references.computeIfAbsent(key, _ -> reference(session.graph(), size));
    double error = 0;
    // The image in the even places of the batch and another one in the odd ones, then the other way
    // round, so that images that are mixed up are seen.
    for (int place = 0; place < Math.min(2, configuration.batch()); place++) {
      Activation logits = session.logits(batch(size, configuration.batch(), place));
      for (int n = place; n < configuration.batch(); n += 2) {
        error = Math.max(error, distance(logits.image(n).toFloats(), exact));
      }
    }
    double largest = 0;
    for (double logit : exact) {
      largest = Math.max(largest, Math.abs(logit));
    }
    return new Parity(error, largest, size.h(), size.w());
  }

  /**
   * The size itself, or the largest three quarters of three quarters… of it that is cheap enough.
   */
  static Shape affordable(Graph graph, Shape size) {
    Shape chosen = size;
    while (graph.macs(chosen) > MOST_MACS && Math.min(chosen.h(), chosen.w()) > SMALLEST) {
      Shape smaller = new Shape(chosen.n(), smaller(chosen.h()), smaller(chosen.w()), chosen.c());
      try {
        graph.shapes(smaller);
      } catch (ShapeException e) {
        return chosen;
      }
      chosen = smaller;
    }
    return chosen;
  }

  private static int smaller(int extent) {
    return Math.max(SMALLEST, extent * 3 / 4 / STEP * STEP);
  }

  private static double[] reference(Graph graph, Shape size) {
    float[] pixels = image(size, REFERENCE_SEED).toFloats();
    double[] exact = new double[pixels.length];
    for (int i = 0; i < exact.length; i++) {
      exact[i] = pixels[i];
    }
    return Float64Evaluator.outputs(
            graph, new Float64Evaluator.Value(size, exact), Float64Evaluator::apply)
        .get(Graph.LOGITS)
        .data();
  }

  private static Activation batch(Shape size, int images, int place) {
    Activation batch = Activation.allocate(size.withBatch(images));
    Activation image = image(size, REFERENCE_SEED);
    Activation other = image(size, OTHER_SEED);
    for (int n = 0; n < images; n++) {
      batch.image(n).data().copyFrom((n % 2 == place ? image : other).data());
    }
    return batch;
  }

  /** A synthetic image. */
  static Activation image(Shape shape, long seed) {
    return Activation.fromNchw(
        new SyntheticWeights(seed).image(shape.n(), shape.c(), shape.h(), shape.w()));
  }

  /** The largest difference; NaN if one is NaN. */
  private static double distance(float[] logits, double[] exact) {
    double largest = 0;
    for (int i = 0; i < exact.length; i++) {
      largest = Math.max(largest, Math.abs(logits[i] - exact[i]));
    }
    return largest;
  }
}
