package fastvit4j.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.UserException;
import fastvit4j.model.checkpoint.Checkpoint;
import fastvit4j.runtime.Classifier;
import fastvit4j.runtime.Devices;
import fastvit4j.tools.eval.Dataset;
import fastvit4j.tools.eval.EvalState;
import fastvit4j.tools.eval.Evaluation;
import fastvit4j.tools.eval.Protocol;
import fastvit4j.tools.pipeline.Pipeline;
import fastvit4j.tools.pipeline.Streams;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code fastvit eval} on small data sets of digits, which the bundled model recognises without a
 * mistake: a picture in another's folder is a mistake that is known beforehand.
 */
class EvalCommandTest {
  private static final Path DIGITS = Path.of("samples", "digits");

  @TempDir private Path directory;

  private static List<Path> digits(int digit) throws IOException {
    try (Stream<Path> files = Files.list(DIGITS.resolve(Integer.toString(digit)))) {
      return files.sorted().toList();
    }
  }

  /** Puts pictures of a digit into a folder. */
  private void put(String folder, int digit, int count) throws IOException {
    Path target = Files.createDirectories(directory.resolve(folder));
    for (Path picture : digits(digit).subList(0, count)) {
      Files.copy(picture, target.resolve(digit + "-" + picture.getFileName()));
    }
  }

  private Run eval(String... options) {
    List<String> arguments = new ArrayList<>(List.of("eval", directory.resolve("set").toString()));
    arguments.addAll(List.of(options));
    arguments.add("--json");
    return Run.of(arguments.toArray(String[]::new));
  }

  private static Map<String, Object> json(Run run) {
    assertEquals(0, run.status(), run.err());
    return run.json();
  }

  @Test
  void asksForTheSubsetsClassesAlone() throws IOException {
    // A 3 in the folder of the 8 and a 1 in the folder of the 7: of 3, 7 and 8, the 1 is something
    // else, so that its answer is among the folders' classes too.
    put("set/3", 3, 3);
    put("set/8", 3, 1);
    put("set/7", 1, 1);
    Map<String, Object> all = json(eval());
    assertEquals(10, all.get("classes_asked_for"));
    assertEquals(3 / 5.0, all.get("top1"));
    Map<String, Object> subset = json(eval("--protocol=imagenet-r"));
    assertEquals(3, subset.get("classes_asked_for"));
    assertEquals("imagenet-r", subset.get("protocol"));
    // With three classes, the right one is always among five.
    assertEquals(1.0, subset.get("top5"));
    assertTrue(subset.get("notes").toString().contains("3 classes, not 200"));
    for (Map<String, Object> worst : Run.list(subset, "worst_classes")) {
      for (String name : Run.object(worst, "taken_for").keySet()) {
        assertTrue(List.of("3", "7", "8").contains(name), name);
      }
    }
  }

  @Test
  void computesCorruptionErrors() throws IOException {
    // Severity s of fog: s of 5 pictures are in the wrong folder. Snow, in its group, is without a
    // mistake.
    for (int severity = 1; severity <= 5; severity++) {
      put("set/fog/" + severity + "/4", 4, 5 - severity);
      put("set/fog/" + severity + "/6", 2, severity);
      put("set/weather/snow/" + severity + "/0", 0, 1);
    }
    Map<String, Object> json = json(eval("--protocol=imagenet-c"));
    Map<String, Object> corruptions = Run.object(json, "corruptions");
    assertEquals(List.of("snow", "fog"), List.copyOf(corruptions.keySet()));
    Map<String, Object> fog = Run.object(corruptions, "fog");
    List<?> errors = (List<?>) fog.get("errors");
    for (int severity = 1; severity <= 5; severity++) {
      assertEquals(severity / 5.0, (double) errors.get(severity - 1), 1e-12);
    }
    assertEquals(0.6 / 0.819324, (double) fog.get("ce"), 1e-12);
    assertEquals(0.0, Run.object(corruptions, "snow").get("ce"));
    assertTrue(json.get("notes").toString().contains("gaussian_noise"), json.toString());
    assertFalse(json.containsKey("mce"));
    assertEquals(30, json.get("images"));

    Run print = Run.of("eval", directory.resolve("set").toString(), "--protocol=imagenet-c");
    assertTrue(print.out().contains("CORRUPTION"), print.out());
  }

  @Test
  void computesTheMeanOverAllCorruptions() throws IOException {
    for (String name :
        List.of(
                "gaussian_noise shot_noise impulse_noise defocus_blur glass_blur motion_blur zoom_blur"
                    .split(" ", -1),
                "snow frost fog brightness contrast elastic_transform pixelate jpeg_compression"
                    .split(" ", -1))
            .stream()
            .flatMap(Stream::of)
            .toList()) {
      for (int severity = 1; severity <= 5; severity++) {
        boolean wrong = name.equals("pixelate");
        put("set/" + name + "/" + severity + "/" + (wrong ? 1 : 0), 0, 1);
      }
    }
    Map<String, Object> json = json(eval("--protocol=imagenet-c", "--batch=1"));
    // Pixelate is always wrong, the others never: (1 / 0.71784) / 15.
    assertEquals(1 / 0.71784 / 15, (double) json.get("mce"), 1e-12);
    assertEquals(70 / 75.0, (double) json.get("top1"), 1e-12);
  }

  @Test
  void readsAFlatFolderWithAList() throws IOException {
    put("set", 5, 2);
    put("set", 9, 2);
    StringBuilder truth = new StringBuilder();
    for (int digit : new int[] {5, 9}) {
      for (Path picture : digits(digit).subList(0, 2)) {
        truth.append(digit + "-" + picture.getFileName() + " " + digit + "\n");
      }
    }
    Path file = Files.writeString(directory.resolve("truth.txt"), truth);
    Map<String, Object> json = json(eval("--truth=" + file));
    assertEquals(1.0, json.get("top1"));
    assertEquals(4, json.get("images"));
    // Wilson's interval of 4 of 4: from 4 / (4 + z²).
    double low = (double) ((List<?>) json.get("top1_interval")).getFirst();
    assertEquals(4 / (4 + 1.959964 * 1.959964), low, 1e-6);
  }

  @Test
  void writesALineForEachClass() throws IOException {
    put("set/3", 3, 3);
    put("set/3", 5, 1);
    put("set/8", 8, 2);
    Path csv = directory.resolve("classes.csv");
    json(eval("--per-class=" + csv));
    List<String> lines = Files.readAllLines(csv);
    assertEquals(3, lines.size());
    assertTrue(lines.get(1).startsWith("3,,3,4,0.75,0.30064"), lines.get(1));
    assertTrue(lines.get(1).endsWith(",5,1"), lines.get(1));
    assertTrue(lines.get(2).startsWith("8,,8,2,1.0,"), lines.get(2));
    assertTrue(lines.get(2).endsWith(",1.0,,"), lines.get(2));
  }

  @Test
  void goesOnFromItsState() throws IOException {
    put("set/1", 1, 5);
    put("set/2", 2, 5);
    put("set/2", 7, 1);
    String state = "--state=" + directory.resolve("state");
    Map<String, Object> first = json(eval(state));
    Run again = eval(state);
    assertTrue(again.err().contains("11 pictures are known"), again.err());
    for (String key : List.of("top1", "top5", "images", "worst_classes", "top1_interval")) {
      assertEquals(first.get(key), json(again).get(key), key);
    }
    assertFalse(again.json().containsKey("pipeline"));
    Run other = eval(state, "--crop=0.5");
    assertEquals(2, other.status());
    assertTrue(other.err().contains("of another evaluation"), other.err());
    put("set/2", 8, 1);
    Run changed = eval(state);
    assertEquals(2, changed.status());
    assertTrue(changed.err().contains("are not those"), changed.err());
  }

  @Test
  void goesOnInTheMiddle() throws IOException {
    put("set/1", 1, 5);
    put("set/2", 2, 4);
    put("set/2", 7, 1);
    Path file = directory.resolve("state");
    try (Checkpoint checkpoint = ModelOptions.bundled();
        Classifier classifier =
            Classifier.open(ModelOptions.inference(checkpoint), Devices.named("cpu"), 2, 0)) {
      Dataset dataset =
          Dataset.find(directory.resolve("set"), null, Protocol.FOLDERS, classifier.labels());
      Evaluation stopped =
          new Evaluation(dataset, EvalState.open(file, "identity"), Duration.ofHours(1));
      try (Pipeline pipeline = pipeline(classifier)) {
        assertThrows(
            IllegalStateException.class,
            () ->
                stopped.run(
                    pipeline,
                    (_, done, _) -> {
                      if (done >= 4) {
                        throw new IllegalStateException("as if it were killed");
                      }
                    }));
      }
      EvalState state = EvalState.open(file, "identity");
      assertEquals(4, state.done());
      Evaluation evaluation = new Evaluation(dataset, state, Duration.ZERO);
      try (Pipeline pipeline = pipeline(classifier)) {
        evaluation.run(pipeline, (_, _, _) -> {});
        assertEquals(6, pipeline.times().pictures());
      }
      assertEquals(10, evaluation.total().pictures());
      assertEquals(9, evaluation.total().first());
    }
  }

  /** What is on the disk at any moment is what a process leaves that is killed at that moment. */
  @Test
  void goesOnFromWhatAKilledOneLeaves() throws IOException {
    put("set/1", 1, 3);
    put("set/2", 2, 3);
    put("set/2", 7, 1);
    Path file = directory.resolve("state");
    try (Checkpoint checkpoint = ModelOptions.bundled();
        Classifier classifier =
            Classifier.open(ModelOptions.inference(checkpoint), Devices.named("cpu"), 2, 0);
        Pipeline pipeline = pipeline(classifier)) {
      Dataset dataset =
          Dataset.find(directory.resolve("set"), null, Protocol.FOLDERS, classifier.labels());
      List<Path> left = new ArrayList<>();
      Evaluation whole = new Evaluation(dataset, EvalState.open(file, "identity"), Duration.ZERO);
      whole.run(pipeline, (_, done, _) -> left.add(copy(file, "left" + done)));
      assertEquals(4, left.size());
      for (Path killed : left) {
        EvalState state = EvalState.open(killed, "identity");
        assertEquals(killed, directory.resolve("left" + state.done()));
        Evaluation rest = new Evaluation(dataset, state, Duration.ZERO);
        rest.run(pipeline, (_, _, _) -> {});
        assertEquals(answers(whole, dataset), answers(rest, dataset));
      }
    }
  }

  private Path copy(Path file, String name) {
    try {
      return Files.copy(file, directory.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> answers(Evaluation evaluation, Dataset dataset) {
    List<String> answers = new ArrayList<>();
    evaluation.forEach(
        dataset.parts().getFirst(), (sample, answer) -> answers.add(sample + " " + answer));
    assertEquals(7, answers.size());
    return answers;
  }

  /** Of a corruption's pictures no list is kept: the folder is read again for the figures. */
  @Test
  void refusesPicturesThatChangedMeanwhile() throws IOException {
    for (int severity = 1; severity <= 5; severity++) {
      put("set/fog/" + severity + "/4", 4, 2);
    }
    try (Checkpoint checkpoint = ModelOptions.bundled();
        Classifier classifier =
            Classifier.open(ModelOptions.inference(checkpoint), Devices.named("cpu"), 2, 0);
        Pipeline pipeline = pipeline(classifier)) {
      Dataset dataset =
          Dataset.find(directory.resolve("set"), null, Protocol.IMAGENET_C, classifier.labels());
      Evaluation evaluation = new Evaluation(dataset, EvalState.inMemory(), Duration.ZERO);
      evaluation.run(pipeline, (_, _, _) -> {});
      assertEquals(10, evaluation.total().first());
      put("set/fog/3/0", 0, 1);
      UserException e = assertThrows(UserException.class, evaluation::total);
      assertTrue(e.getMessage().startsWith("the pictures of fog/3 became others"), e.getMessage());
      assertEquals(1, e.getMessage().lines().count());
    }
  }

  private static Pipeline pipeline(Classifier classifier) {
    return new Pipeline(Streams.one(classifier.session()), classifier.preprocessor(), 2, 2);
  }

  @Test
  void namesUnreadablePicturesUpToAThreshold() throws IOException {
    put("set/1", 1, 9);
    Files.writeString(directory.resolve("set/1/broken.png"), "no picture");
    Run strict = eval();
    assertEquals(2, strict.status());
    assertEquals(1, strict.json().get("unreadable"));
    Run lenient = eval("--max-unreadable=10");
    assertEquals(0, lenient.status());
    assertTrue(lenient.err().contains("broken.png"), lenient.err());
    assertEquals(1.0, lenient.json().get("top1"));
    assertTrue(lenient.json().get("unreadable_images").toString().contains("broken.png"));
  }

  @Test
  void saysWhichStageLimits() throws IOException {
    put("set/1", 1, 9);
    Run run = Run.of("eval", directory.resolve("set").toString(), "--decoders=2");
    assertTrue(run.out().contains("limited by "), run.out());
    assertTrue(run.out().contains("decoded by 2 threads"), run.out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "--protocol=imagenet-b | 'imagenet-b' is none of [folders, imagenet",
        "--protocol=imagenet-c | has no folder of a corruption",
        "--protocol=imagenet-c --truth=x | leave --truth out",
        "--truth=missing | missing is no list of classes",
        "--max-unreadable=101 | must be from 0 to 100",
      })
  void refusesMistakesInALine(String options, String expected) throws IOException {
    put("set/1", 1, 1);
    Run run = eval(options.split(" "));
    assertEquals(2, run.status());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().contains(expected), run.err());
  }
}
