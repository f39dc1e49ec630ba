package fastvit4j.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.Published;
import fastvit4j.model.UserException;
import fastvit4j.tools.fetch.PublishedModel;
import fastvit4j.tools.fetch.Registry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublishedFileTest {
  /** Numbers that nobody published. */
  private static final String GOOD =
      """
      {"format": "fastvit4j-published", "version": 1, "source": "a paper, Table 7",
       "models": [
         {"model": "sa12", "accuracy": [
           {"dataset": "imagenet-a", "top1": 12.5},
           {"dataset": "imagenet-c", "mce": 101.5, "source": "another"}]},
         {"model": "fastvit_sa12.apple_dist_in1k", "accuracy": [
           {"dataset": "imagenet-r", "top1": 33}]}],
       "rows": [
         {"row": "table4/small", "gpu_ms": 1.25, "mobile_ms": 2.75, "top1": 71.5},
         {"row": "table12/k7", "parameters_m": 8.5}]}
      """;

  @TempDir Path directory;

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve("figures.json"), text);
  }

  @Test
  void readsModelsAndRows() throws IOException {
    PublishedFile read = PublishedFile.of(file(GOOD));
    Registry registry = Registry.bundled();
    List<PublishedModel> plain = read.of(List.of(registry.find("sa12")));
    assertEquals(1, plain.size());
    assertEquals("fastvit_sa12.apple_in1k", plain.getFirst().name());
    assertEquals(
        List.of(
            new PublishedModel.Accuracy("imagenet-a", 12.5, Optional.empty(), "a paper, Table 7"),
            new PublishedModel.Accuracy("imagenet-c", 101.5, Optional.empty(), "another")),
        plain.getFirst().accuracy());
    List<PublishedModel> distilled =
        read.of(List.of(registry.find("fastvit_sa12.apple_dist_in1k")));
    assertEquals(33, distilled.getFirst().accuracy().getFirst().top1());
    assertEquals(List.of(), read.of(List.of(registry.find("t8"))));
    assertEquals(
        new Published("a paper, Table 7", 256, null, null, 1.25, 2.75, 71.5, null),
        read.rows().get("table4/small"));
    assertEquals(2, read.rows().size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"version\": 1 | \"version\": 2 | version 2",
        "fastvit4j-published | fastvit4j-registry | format",
        "\"source\": \"a paper, Table 7\", | '' | source must be",
        "\"sa12\" | \"sa13\" | models[0].model",
        "\"imagenet-a\" | \"imagenet-b\" | models[0].accuracy[0].dataset",
        "12.5 | 125 | models[0].accuracy[0].top1 must be in percent",
        "12.5 | -1 | models[0].accuracy[0].top1",
        "12.5 | \"12.5\" | models[0].accuracy[0].top1",
        "mce | top1 | models[0].accuracy[1].top1 is not measured",
        "\"top1\": 33 | \"top5\": 33 | models[1].accuracy[0].top5",
        "table4/small | table4/smal | did you mean table4/small",
        "table12/k7 | table4/small | rows[1].row is there twice",
        "2.75 | null, \"ms\": 1 | rows[0].ms",
        "{\"row\" | {\"row | ''",
      })
  void saysInOneLineWhatIsWrong(String right, String wrong, String named) throws IOException {
    assertTrue(GOOD.contains(right), right);
    Path bad = file(GOOD.replace(right, wrong));
    String message = assertThrows(UserException.class, () -> PublishedFile.of(bad)).getMessage();
    assertTrue(message.startsWith(bad + " is no file of published figures: "), message);
    assertTrue(message.contains(named), message);
    assertTrue(message.endsWith("(docs/eval.md describes the format)"), message);
    assertEquals(1, message.lines().count(), message);
  }

  @Test
  void commandsRefuseABadFileBeforeTheyMeasure() throws IOException {
    for (String[] arguments :
        List.of(
            new String[] {"eval", "samples/digits", "--published", "missing.json"},
            new String[] {"bench", "--preset", "table4", "--published", "missing.json"})) {
      Run run = Run.of(arguments);
      assertEquals(2, run.status());
      assertEquals(
          "fastvit: missing.json is no file: give a file of published figures, as docs/eval.md"
              + " describes",
          run.err().strip());
    }
    Run alone = Run.of("bench", "--published", file(GOOD).toString());
    assertEquals(2, alone.status());
    assertTrue(alone.err().contains("give --preset"), alone.err());
  }
}
