package fastvit4j.tools.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.ImageNetLabels;
import fastvit4j.model.Labels;
import fastvit4j.model.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GroundTruthTest {
  @TempDir private Path directory;

  private List<String> find(String truth, Labels labels) throws IOException {
    Path file = Files.writeString(directory.resolve("truth.txt"), truth);
    return GroundTruth.read(file, labels).find(directory.resolve("val")).stream()
        .map(sample -> sample.file().getFileName() + "=" + sample.label())
        .toList();
  }

  private void pictures(String... names) throws IOException {
    Files.createDirectories(directory.resolve("val"));
    for (String name : names) {
      Files.createFile(directory.resolve("val").resolve(name));
    }
  }

  @Test
  void readsTheUsualForms() throws IOException {
    pictures("a.JPEG", "b.JPEG", "c.png");
    List<String> expected = List.of("a.JPEG=1", "b.JPEG=0", "c.png=999");
    Labels labels = ImageNetLabels.labels();
    // Caffe's val.txt; Kaggle's LOC_val_solution.csv; tabs, names without endings, labels.
    assertEquals(expected, find("a.JPEG 1\nb.JPEG 0\nc.png 999\n", labels));
    assertEquals(
        expected,
        find(
            """
            ImageId,PredictionString
            a,n01443537 85 1 499 272
            b,n01440764 1 2 3 4 n01440764 5 6 7 8
            c,n15075141 0 0 1 1
            """,
            labels));
    assertEquals(
        expected,
        find("# mine\nc\tn15075141\n\nval/b.JPEG\ttench\na  n01443537\nx n01440764\n", labels));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "490 | line 1 is a number alone, as in the ILSVRC development kit",
        "a.JPEG | line 1 is not a picture's name and its class",
        "a.JPEG 1000 | line 1 names no class of this model: 1000",
        "a.JPEG n00000000 | line 1 names no class of this model: n00000000",
        "b.JPEG 1 | has no line for",
      })
  void namesTheLine(String truth, String expected) throws IOException {
    pictures("a.JPEG");
    String message =
        assertThrows(UserException.class, () -> find(truth, ImageNetLabels.labels())).getMessage();
    assertTrue(message.contains(expected), message);
    assertTrue(message.contains("truth.txt"), message);
  }

  @Test
  void refusesTwoClassesOfOnePicture() throws IOException {
    pictures("a.JPEG");
    String message =
        assertThrows(UserException.class, () -> find("a 1\na 1\na 2\n", Labels.numbered(3)))
            .getMessage();
    assertTrue(message.contains("line 3 gives a a second class"), message);
  }
}
