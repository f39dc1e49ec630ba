package fastvit4j.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.checkpoint.TensorFile;
import fastvit4j.model.tensor.DType;
import fastvit4j.model.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands that compute, on the best device of the machine. */
class NetworkCommandsTest {
  private static final Path DIGITS = Path.of("samples", "digits");

  @TempDir private Path directory;

  private static Path digit(int digit) throws IOException {
    try (Stream<Path> files = Files.list(DIGITS.resolve(Integer.toString(digit)))) {
      return files.sorted().findFirst().orElseThrow();
    }
  }

  private String file(String name) {
    return directory.resolve(name).toString();
  }

  @Test
  void recognisesDigits() throws IOException {
    String[] arguments = new String[13];
    arguments[0] = "classify";
    arguments[1] = "--json";
    arguments[2] = "--top=3";
    for (int i = 0; i < 10; i++) {
      arguments[3 + i] = digit(i).toString();
    }
    Run run = Run.of(arguments);
    assertEquals(0, run.status(), run.err());
    List<Map<String, Object>> images = Run.list(run.json(), "images");
    assertEquals(10, images.size());
    for (int i = 0; i < 10; i++) {
      List<Map<String, Object>> predictions = Run.list(images.get(i), "predictions");
      assertEquals(3, predictions.size());
      assertEquals(Integer.toString(i), predictions.getFirst().get("label"));
      assertTrue((double) predictions.getFirst().get("probability") > 0.5);
    }
  }

  @Test
  void classifiesWhatCanBeReadAndNamesTheRest() throws IOException {
    String broken = Files.writeString(directory.resolve("broken.png"), "no picture").toString();
    Run run = Run.of("classify", broken, digit(3).toString());
    assertEquals(2, run.status());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().contains("broken.png"), run.err());
    assertTrue(run.out().lines().toList().get(1).endsWith("%  3"), run.out());
  }

  @Test
  void measuresAccuracy() throws IOException {
    Run run =
        Run.of("eval", DIGITS.toString(), "--json", "--batch=7", "--predictions", file("p.csv"));
    assertEquals(0, run.status(), run.err());
    Map<String, Object> result = run.json();
    List<String> lines = Files.readAllLines(directory.resolve("p.csv"));
    assertEquals("image,label,predicted,probability,rank", lines.getFirst());
    assertEquals((int) result.get("images"), lines.size() - 1);
    // PyTorch's top-1 on these pictures.
    assertEquals(1.0, result.get("top1"));
    assertEquals(1.0, result.get("top5"));
    assertEquals("labels", result.get("classes_by"));
  }

  @Test
  void namesTheWorstClasses() throws IOException {
    Path seven = Files.createDirectories(directory.resolve("set/7"));
    Path three = Files.createDirectories(directory.resolve("set/3"));
    Files.copy(digit(7), seven.resolve("right.png"));
    Files.copy(digit(1), seven.resolve("wrong.png"));
    Files.copy(digit(3), three.resolve("right.png"));
    Files.writeString(three.resolve("broken.png"), "no picture");
    Run run = Run.of("eval", file("set"), "--json");
    assertEquals(2, run.status());
    assertTrue(run.err().contains("broken.png"), run.err());
    assertEquals(2 / 3.0, run.json().get("top1"));
    assertEquals(1, run.json().get("unreadable"));
    List<Map<String, Object>> worst = Run.list(run.json(), "worst_classes");
    assertEquals(1, worst.size());
    assertEquals("7", worst.getFirst().get("label"));
    assertEquals(Map.of("1", 1), Run.object(worst.getFirst(), "taken_for"));
    assertTrue(Run.of("eval", file("set")).out().contains("WORST CLASSES"));
  }

  @Test
  void computesTheSameInBothForms() {
    assertEquals(
        0,
        Run.of(
                "synth",
                "--variant=t8",
                "--seed=3",
                "--output=" + file("w.safetensors"),
                "--input-shape=2x3x64x96",
                "--input=" + file("x.safetensors"))
            .status());
    Map<String, Object> train = compute("w.safetensors", "train", "train.safetensors");
    Map<String, Object> fused = compute("w.safetensors", "inference", "fused.safetensors");
    assertEquals(
        List.of("stem", "stages.0", "stages.1", "stages.2", "stages.3", "final_conv", "logits"),
        List.copyOf(Run.object(train, "shapes").keySet()));
    assertEquals(List.of(2, 1000), Run.object(train, "shapes").get("logits"));
    assertEquals(List.of(2, 48, 16, 24), Run.object(train, "shapes").get("stem"));
    assertEquals(Run.object(train, "shapes"), Run.object(fused, "shapes"));

    Run reparam = Run.of("reparam", file("w.safetensors"), "-o", file("r.safetensors"), "--verify");
    assertEquals(0, reparam.status(), reparam.err());
    assertTrue(reparam.out().contains("verified"), reparam.out());
    compute("r.safetensors", "inference", "again.safetensors");
    for (String other : List.of("fused.safetensors", "again.safetensors")) {
      // Float32 rounding, 2⁻²⁴, of sums of up to 2¹¹ terms in some 40 layers, which adds up as a
      // random walk: sqrt(2¹¹ · 40) · 2⁻²⁴ = 2·10⁻⁵ of the largest logit.
      assertEquals(0, difference("train.safetensors", other), 2e-5, other);
    }
  }

  private Map<String, Object> compute(String weights, String form, String output) {
    Run run =
        Run.of(
            "run",
            "--weights=" + file(weights),
            "--input=" + file("x.safetensors"),
            "--output=" + file(output),
            "--form=" + form,
            "--stages",
            "--json");
    assertEquals(0, run.status(), run.err());
    return run.json();
  }

  /** The largest difference of two files' logits, over the largest logit. */
  private double difference(String one, String other) {
    try (TensorFile a = TensorFile.open(directory.resolve(one));
        TensorFile b = TensorFile.open(directory.resolve(other))) {
      Tensor x = a.require("logits", DType.F32, 2);
      Tensor y = b.require("logits", DType.F32, 2);
      double difference = 0;
      double largest = 0;
      for (long i = 0; i < x.elements(); i++) {
        difference = Math.max(difference, Math.abs(x.getDouble(i) - y.getDouble(i)));
        largest = Math.max(largest, Math.abs(x.getDouble(i)));
      }
      return difference / largest;
    }
  }

  @Test
  void refusesTheTrainFormOfAFoldedCheckpoint() {
    Run.of(
        "synth",
        "--variant=t8",
        "--output=" + file("w"),
        "--input-shape=1x3x32x32",
        "--input=" + file("x"));
    assertEquals(0, Run.of("reparam", file("w"), "-o", file("r")).status());
    Run run =
        Run.of(
            "run",
            "--weights",
            file("r"),
            "--input",
            file("x"),
            "--output",
            file("y"),
            "--form",
            "train");
    assertEquals(2, run.status());
    assertTrue(run.err().contains("no way back"), run.err());
    assertTrue(Files.notExists(directory.resolve("y")));
  }

  @Test
  void recognisesCheckpoints() {
    Run.of("synth", "--variant=sa12", "--output=" + file("w"));
    Run run = Run.of("inspect", "--json", file("w"));
    assertEquals(0, run.status(), run.err());
    Map<String, Object> recognised = Run.object(run.json(), "recognised");
    assertEquals("fastvit_sa12", recognised.get("model"));
    assertEquals("train", recognised.get("form"));
    assertEquals(1000, recognised.get("classes"));
    assertTrue(Run.of("inspect", file("w")).out().contains("stages.3.pos_emb"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"html", "json"})
  void reportsWhatFoldingSaved(String ending) throws IOException {
    Run.of("synth", "--variant=t8", "--output=" + file("w"));
    String report = file("report." + ending);
    Run run = Run.of("reparam", file("w"), "-o", file("r"), "--report", report);
    assertEquals(0, run.status(), run.err());
    assertTrue(Files.readString(Path.of(report)).contains("MergeBranches"));
    assertTrue(run.out().contains("MergeBranches"), run.out());
  }

  @Test
  void profilesEveryStep() throws IOException {
    Run run = Run.of("profile", "--json", "--runs=2", "--size=64x96", "--jfr", file("profile.jfr"));
    assertEquals(0, run.status(), run.err());
    List<Map<String, Object>> steps = Run.list(run.json(), "steps");
    assertTrue(steps.size() > 20, "steps: " + steps.size());
    assertEquals("1x64x96x3", run.json().get("input"));
    long events =
        RecordingFile.readAllEvents(directory.resolve("profile.jfr")).stream()
            .map(RecordedEvent::getEventType)
            .filter(type -> type.getName().startsWith("fastvit4j."))
            .count();
    assertTrue(events >= 2L * steps.size(), events + " events of " + steps.size() + " steps");
    assertTrue(Run.of("profile", "--runs=1").out().contains("GFLOP/s"));
  }
}
