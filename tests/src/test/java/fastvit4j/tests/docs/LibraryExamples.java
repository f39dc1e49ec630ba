package fastvit4j.tests.docs;

import fastvit4j.model.Labels;
import fastvit4j.model.Model;
import fastvit4j.model.checkpoint.Checkpoint;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.image.Picture;
import fastvit4j.model.image.Preprocessing;
import fastvit4j.model.image.Preprocessor;
import fastvit4j.model.operator.Linear;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Activation;
import fastvit4j.model.tensor.Tensor;
import fastvit4j.reparam.Reparameterization;
import fastvit4j.runtime.Classifier;
import fastvit4j.runtime.Devices;
import fastvit4j.runtime.Prediction;
import fastvit4j.runtime.Session;
import fastvit4j.runtime.SessionOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * What {@code docs/library.md} shows, region by region: {@link LibraryPageTest} checks that the
 * page has the same text, {@link LibraryExamplesTest} runs it.
 */
final class LibraryExamples {
  private LibraryExamples() {}

  static List<Prediction> classify(Path weights, Path picture) {
    // docs: classify
    try (Checkpoint checkpoint = Checkpoint.open(weights);
        Classifier classifier =
            Classifier.open(Reparameterization.full().apply(checkpoint.model()), Devices.best())) {
      return classifier.classify(picture, 5);
    }
    // docs: end
  }

  // docs: open
  static Classifier open(Path weights, int batch) {
    try (Checkpoint checkpoint = Checkpoint.open(weights)) {
      checkpoint.warnings().forEach(System.err::println);
      Model fused = Reparameterization.full().apply(checkpoint.model());
      return Classifier.open(fused, Devices.named("cpu"), batch, 0);
    }
  }

  // docs: end

  static List<String> batches(Classifier classifier, List<Path> pictures) {
    // docs: batches
    List<List<Prediction>> answers = classifier.classify(pictures, 1);
    return answers.stream().map(top -> top.getFirst().label()).toList();
    // docs: end
  }

  static Map<String, Activation> featureMaps(Path weights, Path picture) {
    // docs: features
    try (Checkpoint checkpoint = Checkpoint.open(weights)) {
      Model model = Reparameterization.full().apply(checkpoint.model());
      Preprocessor preprocessor = new Preprocessor(model.preprocessing());
      SessionOptions options =
          SessionOptions.of(preprocessor.shape(1))
              .withOutputs("stages.0", "stages.1", "stages.2", "stages.3");
      try (Session backbone = Devices.best().compile(model.graph(), options)) {
        return backbone.run(preprocessor.load(picture));
      }
    }
    // docs: end
  }

  static float[] embedding(Model model, Picture picture) {
    // docs: embedding
    Graph graph = model.graph().withOutput("embedding", "head.global_pool");
    Preprocessor preprocessor = new Preprocessor(model.preprocessing());
    SessionOptions options = SessionOptions.of(preprocessor.shape(1)).withOutputs("embedding");
    try (Session session = Devices.best().compile(graph, options)) {
      return session.run(preprocessor.apply(picture)).get("embedding").toFloats();
    }
    // docs: end
  }

  static Model withHead(Model model, float[] weight, float[] bias, List<String> names) {
    // docs: head
    int channels = weight.length / names.size();
    Linear head =
        new Linear(
            Tensor.of("head.fc.weight", weight, names.size(), channels),
            Tensor.of("head.fc.bias", bias, names.size()));
    Graph graph = model.graph().withOperator("head.fc", head);
    return new Model(graph, model.form(), model.preprocessing(), new Labels(names));
    // docs: end
  }

  static Model withNumbers(Model model) {
    // docs: preprocessing
    Preprocessing mine =
        new Preprocessing(128, 96, 0.95, List.of(0.5f, 0.5f, 0.5f), List.of(0.5f, 0.5f, 0.5f));
    return new Model(model.graph(), model.form(), mine, model.labels());
    // docs: end
  }

  static List<Prediction> ownPixels(Classifier classifier, int size, PixelSource source) {
    // docs: pixels
    Shape shape = new Shape(1, size, size, 3);
    Activation input = Activation.allocate(shape);
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        for (int c = 0; c < 3; c++) {
          input.set((y * size + x) * 3 + c, source.at(x, y, c));
        }
      }
    }
    return classifier.classify(input, 3).getFirst();
    // docs: end
  }

  /** Somebody's own pixels, normalised. */
  interface PixelSource {
    float at(int x, int y, int channel);
  }

  // docs: server
  static final class Service implements AutoCloseable {
    private final Classifier classifier;
    private final ExecutorService decoding = Executors.newVirtualThreadPerTaskExecutor();
    private final ExecutorService computing = Executors.newFixedThreadPool(2);

    Service(Classifier classifier) {
      this.classifier = classifier;
    }

    CompletableFuture<List<Prediction>> answer(byte[] upload) {
      return CompletableFuture.supplyAsync(() -> decode(upload), decoding)
          .thenApplyAsync(picture -> classifier.classify(picture, 5), computing);
    }

    private static Picture decode(byte[] upload) {
      return Picture.read(upload, "upload", 20_000_000);
    }

    @Override
    public void close() {
      decoding.close();
      computing.close();
      classifier.close();
    }
  }

  // docs: end

  static List<CompletableFuture<List<Prediction>>> virtualThreads(
      Classifier classifier, List<Path> pictures, Executor virtual) {
    // docs: virtual
    return pictures.stream()
        .map(p -> CompletableFuture.supplyAsync(() -> classifier.classify(p, 1), virtual))
        .toList();
    // docs: end
  }
}
