package fastvit4j.tests.digits;

import fastvit4j.model.checkpoint.Checkpoint;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.image.Preprocessor;
import fastvit4j.model.tensor.Activation;
import fastvit4j.reparam.Reparameterization;
import fastvit4j.tests.golden.Parity;
import fastvit4j.tests.oracle.Float32Storage;
import fastvit4j.tests.oracle.Values;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import tools.jackson.jr.ob.JSON;

/** The 360 pictures of digits that the bundled model was not trained on, and PyTorch's logits. */
public final class Digits {
  /** The pictures, a folder a class. */
  public static final Path PICTURES = Path.of("..", "tools", "samples", "digits");

  /** The bundled model. */
  public static final Path WEIGHTS =
      Path.of("..", "tools", "src", "main", "resources", "fastvit4j", "tools", "digits")
          .resolve("fastvit_digits.safetensors");

  private Digits() {}

  /**
   * A picture and what PyTorch says of it in float64.
   *
   * @param picture its file
   * @param label its class
   * @param logits ten
   */
  public record Prediction(Path picture, int label, List<Double> logits) {
    /** The class with the largest logit. */
    public int top1() {
      int best = 0;
      for (int k = 1; k < logits.size(); k++) {
        best = logits.get(k) > logits.get(best) ? k : best;
      }
      return best;
    }
  }

  /** All of them. */
  public static List<Prediction> predictions() {
    try (InputStream in = Digits.class.getResourceAsStream("/digits/predictions.json")) {
      List<Prediction> predictions = new ArrayList<>();
      for (Object entry : (List<?>) JSON.std.mapFrom(in).get("predictions")) {
        Map<?, ?> prediction = (Map<?, ?>) entry;
        List<Double> logits = new ArrayList<>();
        for (Object logit : (List<?>) prediction.get("logits")) {
          logits.add(((Number) logit).doubleValue());
        }
        String image = ((String) prediction.get("image")).replaceFirst("^test/", "");
        int label = ((Number) prediction.get("label")).intValue();
        predictions.add(new Prediction(PICTURES.resolve(image), label, logits));
      }
      return predictions;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The error allowed for logits in float32: what the golden files allow, or, where that is more,
   * four times what rounding the form's parameters and activations to float32 costs by itself. For
   * the inference form of this network, whose trained branches cancel, that is 1.3 · 10⁻⁵, for any
   * framework.
   */
  public static double allowed(Form form) {
    return form == Form.TRAIN ? goldenAllowed() : InferenceForm.ALLOWED;
  }

  private static double goldenAllowed() {
    double largest =
        predictions().stream()
            .flatMap(prediction -> prediction.logits().stream())
            .mapToDouble(Math::abs)
            .max()
            .orElseThrow();
    return Parity.allowed(largest);
  }

  /** Computed once, as it takes some seconds. */
  private static final class InferenceForm {
    static final double ALLOWED = Math.max(goldenAllowed(), 4 * storageError());

    private static double storageError() {
      try (Checkpoint checkpoint = Checkpoint.open(WEIGHTS)) {
        Graph graph = Reparameterization.full().apply(checkpoint.model().graph());
        Preprocessor preprocessor = new Preprocessor(checkpoint.model().preprocessing());
        return predictions().stream()
            .mapToDouble(
                p -> storageError(graph, preprocessor.load(p.picture()).normalised(), p.logits()))
            .max()
            .orElseThrow();
      }
    }

    private static double storageError(Graph graph, Activation input, List<Double> expected) {
      double[] stored = Float32Storage.run(graph, Values.of(input)).get(Graph.LOGITS).data();
      return IntStream.range(0, stored.length)
          .mapToDouble(k -> Math.abs(stored[k] - expected.get(k)))
          .max()
          .orElseThrow();
    }
  }
}
