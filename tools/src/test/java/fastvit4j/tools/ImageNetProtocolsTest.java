package fastvit4j.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.ImageNetLabels;
import fastvit4j.model.checkpoint.Checkpoint;
import fastvit4j.model.checkpoint.ModelInfo;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.operator.Linear;
import fastvit4j.model.tensor.DType;
import fastvit4j.model.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code fastvit eval} with 1000 classes, on folders laid out as ImageNet's validation set, -A, -R,
 * -Sketch and -C are published, with figures that can be computed by hand.
 *
 * <p>The network is the bundled one of digits with another head. Whatever it is shown, {@link
 * #FIRST}, {@link #SECOND} and {@link #THIRD} come first, in this order; then the classes {@link
 * #digit}, that of the digit in the picture before the others; then the rest, which is never among
 * the first five.
 */
class ImageNetProtocolsTest {
  private static final int FIRST = 100;
  private static final int SECOND = 201;
  private static final int THIRD = 303;
  private static final int NEVER = 999;
  private static final List<String> IDS = ImageNetLabels.wordNetIds();

  /** Groups, corruptions and AlexNet's errors, as ImageNet-C's authors publish them. */
  private static final Map<String, Double> ALEXNET = new LinkedHashMap<>();

  static {
    ALEXNET.put("noise/gaussian_noise", 0.886428);
    ALEXNET.put("noise/shot_noise", 0.894468);
    ALEXNET.put("noise/impulse_noise", 0.922640);
    ALEXNET.put("blur/defocus_blur", 0.819880);
    ALEXNET.put("blur/glass_blur", 0.826268);
    ALEXNET.put("blur/motion_blur", 0.785948);
    ALEXNET.put("blur/zoom_blur", 0.798360);
    ALEXNET.put("weather/snow", 0.866816);
    ALEXNET.put("weather/frost", 0.826572);
    ALEXNET.put("weather/fog", 0.819324);
    ALEXNET.put("weather/brightness", 0.564592);
    ALEXNET.put("digital/contrast", 0.853204);
    ALEXNET.put("digital/elastic_transform", 0.646056);
    ALEXNET.put("digital/pixelate", 0.717840);
    ALEXNET.put("digital/jpeg_compression", 0.606500);
  }

  @TempDir private static Path models;
  @TempDir private Path directory;
  private int pictures;

  /** The class whose weights are those of a digit. */
  private static int digit(int digit) {
    return 5 * digit + 3;
  }

  @BeforeAll
  static void writeModel() {
    try (Checkpoint digits = ModelOptions.bundled()) {
      Graph graph = ModelOptions.inference(digits).graph();
      Linear head = (Linear) graph.byName().get("head.fc").operator();
      float[] known = head.weight().toFloats();
      float[] knownBias = head.bias().toFloats();
      int channels = known.length / knownBias.length;
      float[] weight = new float[ImageNetLabels.CLASSES * channels];
      float[] bias = new float[ImageNetLabels.CLASSES];
      for (int i = 0; i < bias.length; i++) {
        bias[i] = -1000 - i;
      }
      bias[FIRST] = 3000;
      bias[SECOND] = 2000;
      bias[THIRD] = 1000;
      for (int i = 0; i < knownBias.length; i++) {
        System.arraycopy(known, i * channels, weight, digit(i) * channels, channels);
        bias[digit(i)] = knownBias[i];
      }
      Linear wide =
          new Linear(
              Tensor.of("head.fc.weight", weight, ImageNetLabels.CLASSES, channels),
              Tensor.of("head.fc.bias", bias, ImageNetLabels.CLASSES));
      ModelInfo info =
          new ModelInfo(
              digits.architecture().withClasses(ImageNetLabels.CLASSES),
              digits.info().preprocessing(),
              ImageNetLabels.labels());
      Checkpoint.write(model(), graph.withOperator("head.fc", wide), info, DType.F32);
    }
  }

  private static Path model() {
    return models.resolve("wide.safetensors");
  }

  private static Path picture(int digit) throws IOException {
    try (Stream<Path> files = Files.list(Path.of("samples", "digits", Integer.toString(digit)))) {
      return files.sorted().findFirst().orElseThrow();
    }
  }

  /** Puts pictures of a digit into the folder of a class, under the name of ImageNet's files. */
  private void put(String folder, int label, int digit, int count) throws IOException {
    Path target = Files.createDirectories(directory.resolve(folder).resolve(IDS.get(label)));
    for (int i = 0; i < count; i++) {
      Files.copy(picture(digit), target.resolve("ILSVRC2012_val_%08d.JPEG".formatted(++pictures)));
    }
  }

  private Map<String, Object> eval(String folder, String... options) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("eval", directory.resolve(folder).toString()));
    arguments.addAll(List.of("--weights", model().toString(), "--device=cpu", "--json"));
    arguments.addAll(List.of(options));
    Run run = Run.of(arguments.toArray(String[]::new));
    assertEquals(0, run.status(), run.err());
    return run.json();
  }

  private static void assertInterval(double low, double high, Object ends) {
    List<?> interval = (List<?>) ends;
    assertEquals(low, (double) interval.get(0), 1e-9);
    assertEquals(high, (double) interval.get(1), 1e-9);
  }

  /** Folders of all 1000 classes, and pictures in four of them. */
  private void thousand(String folder) throws IOException {
    for (String id : IDS) {
      Files.createDirectories(directory.resolve(folder).resolve(id));
    }
    put(folder, digit(2), 2, 3);
    put(folder, FIRST, 4, 2);
    put(folder, SECOND, 5, 1);
    put(folder, NEVER, 6, 2);
  }

  /** Of 8 pictures 2 are recognised; those of SECOND and of the digit are second and fourth. */
  private static void assertThousand(Map<String, Object> json) {
    assertEquals("WordNet ids", json.get("classes_by"));
    assertEquals(1000, json.get("classes_asked_for"));
    assertEquals(8, json.get("images"));
    assertEquals(2 / 8.0, json.get("top1"));
    assertEquals(6 / 8.0, json.get("top5"));
    // Wilson's, with z = 1.959964.
    assertInterval(0.071479212752, 0.590724569690, json.get("top1_interval"));
    assertEquals(List.of(), json.get("notes"));
  }

  @Test
  void validationSetAndSketch() throws IOException {
    thousand("val");
    Path csv = directory.resolve("classes.csv");
    assertThousand(eval("val", "--protocol=imagenet", "--per-class=" + csv));
    Map<String, Object> sketch = eval("val", "--protocol=imagenet-sketch");
    assertThousand(sketch);
    assertEquals("imagenet-sketch", sketch.get("protocol"));
    List<String> lines = Files.readAllLines(csv);
    assertEquals(5, lines.size());
    assertTrue(lines.get(1).startsWith("13," + IDS.get(13) + ",junco"), lines.get(1));
    assertTrue(lines.get(1).contains(",3,0.0,0.0,"), lines.get(1));
    assertTrue(lines.get(2).startsWith("100," + IDS.get(FIRST) + ","), lines.get(2));
    assertTrue(lines.get(2).contains(",2,1.0,"), lines.get(2));
  }

  @Test
  void flatWithTheValidationSetsList() throws IOException {
    int[] labels = {digit(7), FIRST, THIRD, NEVER};
    StringBuilder kaggle = new StringBuilder("ImageId,PredictionString\n");
    StringBuilder caffe = new StringBuilder();
    Files.createDirectories(directory.resolve("val"));
    for (int i = 0; i < labels.length; i++) {
      String name = "ILSVRC2012_val_%08d".formatted(i + 1);
      Files.copy(picture(7), directory.resolve("val").resolve(name + ".JPEG"));
      kaggle.append(name + "," + IDS.get(labels[i]) + " 1 2 30 40 \n");
      caffe.append(name + ".JPEG " + labels[i] + "\n");
    }
    for (StringBuilder list : List.of(kaggle, caffe)) {
      Path truth = Files.writeString(directory.resolve("truth"), list);
      Map<String, Object> json = eval("val", "--protocol=imagenet", "--truth=" + truth);
      assertEquals(4, json.get("images"));
      assertEquals(1 / 4.0, json.get("top1"));
      assertEquals(3 / 4.0, json.get("top5"));
    }
  }

  /** 200 class folders as -A and -R have them, those of the digits among them, and their notes. */
  private void subset(String folder, int other) throws IOException {
    int[] labels =
        IntStream.concat(
                IntStream.range(0, 200).map(i -> 5 * i + 3).filter(label -> label != THIRD),
                IntStream.of(other))
            .toArray();
    for (int label : labels) {
      put(folder, label, label <= digit(9) ? label / 5 : 0, 1);
    }
    Files.writeString(directory.resolve(folder).resolve("README.txt"), "n01440764 tench");
  }

  @Test
  void subsetsAreAskedForTheirClassesAlone() throws IOException {
    // With THIRD among the 200, that is always first: of all else the digits are second.
    subset("imagenet-a", THIRD);
    Map<String, Object> a = eval("imagenet-a", "--protocol=imagenet-a");
    assertEquals(200, a.get("classes_asked_for"));
    assertEquals(200, a.get("images"));
    assertEquals(1 / 200.0, a.get("top1"));
    assertEquals(11 / 200.0, a.get("top5"));
    assertInterval(0.000883168716, 0.027773704398, a.get("top1_interval"));
    // Without it, the ten digits are recognised.
    subset("imagenet-r", NEVER);
    Map<String, Object> r = eval("imagenet-r", "--protocol=imagenet-r");
    assertEquals(200, r.get("classes_asked_for"));
    assertEquals(10 / 200.0, r.get("top1"));
    assertInterval(0.027382645601, 0.089578148138, r.get("top1_interval"));
    for (Map<String, Object> json : List.of(a, r)) {
      assertEquals(List.of(), json.get("notes"));
      assertEquals("WordNet ids", json.get("classes_by"));
      assertTrue(json.get("published_notes").toString().contains("Table 7"), json.toString());
    }
  }

  @Test
  void corruptionsInTheirGroups() throws IOException {
    // Of two pictures at each severity, one is wrong at the first k of them.
    int k = 0;
    double sum = 0;
    Map<String, Double> expected = new LinkedHashMap<>();
    for (Map.Entry<String, Double> corruption : ALEXNET.entrySet()) {
      int wrong = k++ % 6;
      for (int severity = 1; severity <= 5; severity++) {
        String folder = "imagenet-c/" + corruption.getKey() + "/" + severity;
        put(folder, FIRST, 1, severity <= wrong ? 1 : 2);
        put(folder, NEVER, 1, severity <= wrong ? 1 : 0);
      }
      double error = 0.5 * wrong / 5;
      String name = corruption.getKey().split("/", -1)[1];
      expected.put(name, error / corruption.getValue());
      sum += error / corruption.getValue();
    }
    put("imagenet-c/extra/speckle_noise/1", NEVER, 1, 1);
    Map<String, Object> json = eval("imagenet-c", "--protocol=imagenet-c", "--batch=2");
    assertEquals(150, json.get("images"));
    assertEquals(1000, json.get("classes_asked_for"));
    assertEquals(sum / 15, (double) json.get("mce"), 1e-12);
    Map<String, Object> corruptions = Run.object(json, "corruptions");
    assertEquals(List.copyOf(expected.keySet()), List.copyOf(corruptions.keySet()));
    expected.forEach(
        (name, ce) ->
            assertEquals(ce, (double) Run.object(corruptions, name).get("ce"), 1e-12, name));
    assertEquals(
        List.of(0.5, 0.5, 0.0, 0.0, 0.0), Run.object(corruptions, "impulse_noise").get("errors"));

    Run print =
        Run.of(
            "eval",
            directory.resolve("imagenet-c").toString(),
            "--weights=" + model(),
            "--protocol=imagenet-c",
            "--batch=2");
    assertTrue(print.out().contains("no published figure is available for imagenet-c"));
    assertTrue(print.out().contains("the paper's Table 7 (robustness) is not available"));
    assertFalse(print.out().contains("WITHIN"), print.out());
  }
}
