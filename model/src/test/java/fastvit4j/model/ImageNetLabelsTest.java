package fastvit4j.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashSet;
import org.junit.jupiter.api.Test;

class ImageNetLabelsTest {
  @Test
  void hasTheThousandClassesInOrder() {
    Labels labels = ImageNetLabels.labels();
    assertEquals(ImageNetLabels.CLASSES, labels.size());
    assertEquals("tench", labels.name(0));
    assertEquals("goldfish", labels.name(1));
    assertEquals("n01440764", ImageNetLabels.wordNetIds().getFirst());
    assertEquals(1000, new HashSet<>(ImageNetLabels.wordNetIds()).size());
    assertEquals(1000, labels.names().stream().filter(name -> !name.isBlank()).count());
  }
}
