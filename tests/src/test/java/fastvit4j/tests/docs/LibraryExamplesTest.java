package fastvit4j.tests.docs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.Model;
import fastvit4j.model.checkpoint.Checkpoint;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.image.ImageException;
import fastvit4j.model.image.Picture;
import fastvit4j.model.image.Preprocessor;
import fastvit4j.model.operator.Linear;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Activation;
import fastvit4j.reparam.Reparameterization;
import fastvit4j.runtime.Classifier;
import fastvit4j.runtime.Devices;
import fastvit4j.runtime.Prediction;
import fastvit4j.tests.digits.Digits;
import fastvit4j.tests.oracle.Oracle;
import fastvit4j.tests.oracle.Values;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** The examples of {@code docs/library.md} do what the page says, on the digits model. */
final class LibraryExamplesTest {
  private static final List<Digits.Prediction> EXPECTED = Digits.predictions().subList(0, 12);
  private static final List<Path> PICTURES =
      EXPECTED.stream().map(Digits.Prediction::picture).toList();
  private static final List<String> LABELS =
      EXPECTED.stream().map(e -> Integer.toString(e.top1())).toList();

  @Test
  void classifies() {
    List<Prediction> top = LibraryExamples.classify(Digits.WEIGHTS, PICTURES.getFirst());
    assertEquals(5, top.size());
    assertEquals(LABELS.getFirst(), top.getFirst().label());
  }

  @Test
  void aClassifierOutlivesItsCheckpoint() {
    try (Classifier classifier = LibraryExamples.open(Digits.WEIGHTS, 4)) {
      assertEquals(LABELS, LibraryExamples.batches(classifier, PICTURES));
    }
  }

  /** Each stage halves the map; what it holds is what the oracle computes. */
  @Test
  void givesTheMapOfEachStage() {
    Map<String, Activation> maps = LibraryExamples.featureMaps(Digits.WEIGHTS, PICTURES.getFirst());
    assertEquals(
        List.of("stages.0", "stages.1", "stages.2", "stages.3"), List.copyOf(maps.keySet()));
    try (Checkpoint checkpoint = Checkpoint.open(Digits.WEIGHTS)) {
      Model model = Reparameterization.full().apply(checkpoint.model());
      Activation input =
          new Preprocessor(model.preprocessing()).load(PICTURES.getFirst()).normalised();
      Map<String, Values> exact = Oracle.run(model.graph(), Values.of(input));
      int side = model.preprocessing().height() / 4;
      for (int stage = 0; stage < 4; stage++) {
        String name = "stages." + stage;
        int channels = checkpoint.config().embedDims().get(stage);
        Activation map = maps.get(name);
        assertEquals(new Shape(1, side >> stage, side >> stage, channels), map.shape());
        double[] expected = exact.get(name).data();
        double largest = exact.get(name).largest();
        for (int i = 0; i < expected.length; i++) {
          // Five decimals of the largest element: no more is claimed of a stage of a trained model.
          assertEquals(expected[i], map.get(i), 1e-5 * largest, name);
        }
      }
    }
  }

  @Test
  void embedsAndTakesAnotherHead() {
    try (Checkpoint checkpoint = Checkpoint.open(Digits.WEIGHTS)) {
      Model model = Reparameterization.full().apply(checkpoint.model());
      Picture picture = Picture.read(PICTURES.getFirst());
      float[] embedding = LibraryExamples.embedding(model, picture);
      assertEquals(checkpoint.config().headChannels(), embedding.length);
      Linear head = (Linear) model.graph().byName().get("head.fc").operator();
      // Two classes: the digit that it is, and the same with the opposite sign.
      int digit = EXPECTED.getFirst().top1();
      float[] weight = new float[2 * embedding.length];
      double logit = head.bias().getFloat(digit);
      for (int i = 0; i < embedding.length; i++) {
        weight[i] = -head.weight().getFloat((long) digit * embedding.length + i);
        weight[embedding.length + i] = -weight[i];
        logit += weight[embedding.length + i] * embedding[i];
      }
      float[] bias = {-head.bias().getFloat(digit), head.bias().getFloat(digit)};
      Model two = LibraryExamples.withHead(model, weight, bias, List.of("other", "digit"));
      assertEquals(EXPECTED.getFirst().logits().get(digit), logit, 1e-3);
      try (Classifier classifier = Classifier.open(two, Devices.named("cpu"))) {
        List<Prediction> top = classifier.classify(picture, 5);
        assertEquals(2, top.size());
        assertEquals("digit", top.getFirst().label());
      }
      assertThrows(IllegalArgumentException.class, () -> model.graph().withOperator("head", head));
      assertThrows(
          IllegalArgumentException.class, () -> model.graph().withOutput("x", "head.none"));
    }
  }

  @Test
  void preparesPicturesAsTold() {
    try (Checkpoint checkpoint = Checkpoint.open(Digits.WEIGHTS)) {
      Model model = checkpoint.model();
      Model wide = LibraryExamples.withNumbers(model);
      try (Classifier classifier = Classifier.open(wide, Devices.named("cpu"))) {
        assertEquals(new Shape(1, 128, 96, 3), classifier.preprocessor().shape(1));
        assertEquals(5, classifier.classify(PICTURES.getFirst(), 5).size());
      }
      try (Classifier classifier = Classifier.open(model, Devices.named("cpu"))) {
        Activation input = classifier.preprocessor().load(PICTURES.getFirst()).normalised();
        int size = input.shape().w();
        List<Prediction> own =
            LibraryExamples.ownPixels(
                classifier, size, (x, y, c) -> input.get((y * size + x) * 3 + c));
        assertEquals(classifier.classify(PICTURES.getFirst(), 3), own);
        assertArrayEquals(
            classifier.session().logits(input).toFloats(),
            classifier.session().run(input).get(Graph.LOGITS).toFloats());
      }
    }
  }

  @Test
  void servesManyAtOnce() throws IOException {
    try (LibraryExamples.Service service =
        new LibraryExamples.Service(LibraryExamples.open(Digits.WEIGHTS, 1))) {
      List<CompletableFuture<List<Prediction>>> answers = new ArrayList<>();
      for (Path picture : PICTURES) {
        answers.add(service.answer(Files.readAllBytes(picture)));
      }
      List<String> labels = answers.stream().map(a -> a.join().getFirst().label()).toList();
      assertEquals(LABELS, labels);
      CompletableFuture<List<Prediction>> wrong = service.answer(new byte[] {1, 2, 3});
      CompletionException e = assertThrows(CompletionException.class, wrong::join);
      assertInstanceOf(ImageException.class, e.getCause());
      assertTrue(e.getCause().getMessage().contains("upload"), e.getCause().getMessage());
    }
  }

  @Test
  void isSharedByVirtualThreads() {
    try (Classifier classifier = LibraryExamples.open(Digits.WEIGHTS, 1);
        ExecutorService virtual = Executors.newVirtualThreadPerTaskExecutor()) {
      List<String> labels =
          LibraryExamples.virtualThreads(classifier, PICTURES, virtual).stream()
              .map(answer -> answer.join().getFirst().label())
              .toList();
      assertEquals(LABELS, labels);
    }
  }
}
