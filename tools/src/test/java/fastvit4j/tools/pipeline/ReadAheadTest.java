package fastvit4j.tools.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import fastvit4j.model.image.ImageException;
import fastvit4j.model.image.Picture;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadAheadTest {
  @TempDir Path folder;

  @Test
  void givesThePictureAndOthersToo() throws IOException {
    ReadAhead ahead = ReadAhead.start(picture("one.png", 3));
    assertEquals(3, ahead.read(folder.resolve("one.png")).width());
    assertEquals(3, ahead.read(folder.resolve("one.png")).width());
    assertEquals(5, ahead.read(picture("other.png", 5)).width());
  }

  @Test
  void saysWhatIsWrongWhenThePictureIsWanted() throws IOException {
    Path missing = folder.resolve("missing.png");
    ReadAhead ahead = ReadAhead.start(missing);
    assertEquals(5, ahead.read(picture("other.png", 5)).width());
    ImageException e = assertThrows(ImageException.class, () -> ahead.read(missing));
    assertEquals(
        assertThrows(ImageException.class, () -> Picture.read(missing)).getMessage(),
        e.getMessage());
  }

  private Path picture(String name, int width) throws IOException {
    Path file = folder.resolve(name);
    ImageIO.write(new BufferedImage(width, 2, BufferedImage.TYPE_INT_RGB), "png", file.toFile());
    return file;
  }
}
