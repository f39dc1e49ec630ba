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

class LabelledFolderTest {
  private static final Labels ANIMALS = new Labels(List.of("dog", "cat", "ant"));

  @TempDir private Path directory;

  private void picture(String path) throws IOException {
    Path file = directory.resolve(path);
    Files.createDirectories(file.getParent());
    Files.createFile(file);
  }

  private List<String> find(Labels labels) {
    return LabelledFolder.find(directory, labels).pictures().stream()
        .map(picture -> directory.relativize(picture.file()) + "=" + picture.label())
        .toList();
  }

  @Test
  void matchesFoldersToLabels() throws IOException {
    picture("cat/b.png");
    picture("cat/deep/a.JPG");
    picture("dog/x.webp");
    picture("dog/notes.txt");
    picture("dog/.hidden.png");
    picture(".cache/x.png");
    assertEquals("labels", LabelledFolder.find(directory, ANIMALS).matching());
    assertEquals(List.of("cat/b.png=1", "cat/deep/a.JPG=1", "dog/x.webp=0"), find(ANIMALS));
  }

  @Test
  void matchesFoldersToWordNetIds() throws IOException {
    picture("n01440764/x.jpeg");
    picture("n01443537/y.jpeg");
    Labels labels = ImageNetLabels.labels();
    assertEquals("WordNet ids", LabelledFolder.find(directory, labels).matching());
    assertEquals(List.of("n01440764/x.jpeg=0", "n01443537/y.jpeg=1"), find(labels));
  }

  @Test
  void takesAsManyStrangersInTheirOrder() throws IOException {
    picture("c10/x.png");
    picture("c2/x.png");
    picture("c1/x.png");
    assertEquals("sorted order", LabelledFolder.find(directory, ANIMALS).matching());
    assertEquals(List.of("c1/x.png=0", "c10/x.png=1", "c2/x.png=2"), find(ANIMALS));
  }

  @Test
  void refusesFoldersThatAreNotTheClasses() throws IOException {
    picture("cat/x.png");
    picture("horse/x.png");
    String message = assertThrows(UserException.class, () -> find(ANIMALS)).getMessage();
    assertTrue(message.contains("horse is not one of them"), message);
  }

  @Test
  void refusesADirectoryWithoutPictures() throws IOException {
    String message = assertThrows(UserException.class, () -> find(ANIMALS)).getMessage();
    assertTrue(message.contains("has no class folders"), message);
    Files.createDirectories(directory.resolve("cat"));
    message = assertThrows(UserException.class, () -> find(ANIMALS)).getMessage();
    assertTrue(message.contains("has no pictures"), message);
  }
}
