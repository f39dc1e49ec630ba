package fastvit4j.model.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Java's own images, and the BMP and GIF files that Java writes. */
class JavaImagesTest {
  private static final int WIDTH = 13;
  private static final int HEIGHT = 7;

  private static BufferedImage random(int type) {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, type);
    Random random = new Random(type);
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        image.setRGB(x, y, random.nextInt());
      }
    }
    return image;
  }

  private static byte[] write(BufferedImage image, String format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertTrue(ImageIO.write(image, format, out), "no writer for " + format);
    return out.toByteArray();
  }

  /** A small BMP file of random pixels. */
  static byte[] bmp() throws IOException {
    return write(random(BufferedImage.TYPE_3BYTE_BGR), "bmp");
  }

  /** What is seen over white, from Java's own reading of an image of sRGB samples. */
  private static void check(BufferedImage image, Picture picture, int tolerance) {
    assertEquals(image.getWidth(), picture.width());
    assertEquals(image.getHeight(), picture.height());
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        int argb = image.getRGB(x, y);
        double alpha = (argb >>> 24) / 255.0;
        for (int c = 0; c < 3; c++) {
          double sample = argb >> (16 - 8 * c) & 0xff;
          double expected = sample * alpha + 255 * (1 - alpha);
          // Half a level for rounding.
          assertEquals(expected, picture.sample(x, y, c), 0.501 + tolerance);
        }
      }
    }
  }

  @DisplayName("every kind of Java image shows what Java draws over white")
  @ParameterizedTest
  @ValueSource(
      ints = {
        BufferedImage.TYPE_INT_RGB,
        BufferedImage.TYPE_INT_BGR,
        BufferedImage.TYPE_INT_ARGB,
        BufferedImage.TYPE_3BYTE_BGR,
        BufferedImage.TYPE_4BYTE_ABGR,
        BufferedImage.TYPE_USHORT_565_RGB,
        BufferedImage.TYPE_USHORT_555_RGB,
        BufferedImage.TYPE_BYTE_INDEXED,
        BufferedImage.TYPE_BYTE_BINARY
      })
  void javaImages(int type) {
    BufferedImage image = random(type);
    check(image, Picture.of(image), 0);
  }

  @DisplayName("premultiplied images, too, within the rounding that they were stored with")
  @ParameterizedTest
  @ValueSource(ints = {BufferedImage.TYPE_INT_ARGB_PRE, BufferedImage.TYPE_4BYTE_ABGR_PRE})
  void premultiplied(int type) {
    BufferedImage image = random(type);
    check(image, Picture.of(image), 1);
  }

  @DisplayName("a part of an image is that part")
  @Test
  void subimage() {
    for (int type : new int[] {BufferedImage.TYPE_3BYTE_BGR, BufferedImage.TYPE_INT_RGB}) {
      BufferedImage part = random(type).getSubimage(3, 2, 5, 4);
      check(part, Picture.of(part), 0);
    }
  }

  @DisplayName("grey samples are taken as they are, of 16 bits the upper 8")
  @Test
  void grey() {
    for (int type : new int[] {BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_USHORT_GRAY}) {
      BufferedImage image = new BufferedImage(16, 16, type);
      int step = type == BufferedImage.TYPE_BYTE_GRAY ? 1 : 256;
      for (int i = 0; i < 256; i++) {
        image.getRaster().setSample(i % 16, i / 16, 0, i * step + step / 2);
      }
      Picture picture = Picture.of(image);
      for (int i = 0; i < 256; i++) {
        for (int c = 0; c < 3; c++) {
          assertEquals(i, picture.sample(i % 16, i / 16, c));
        }
      }
    }
  }

  @DisplayName("an image of another colour space is converted by Java")
  @Test
  void otherColorSpace() {
    ComponentColorModel model =
        new ComponentColorModel(
            ColorSpace.getInstance(ColorSpace.CS_CIEXYZ),
            false,
            false,
            BufferedImage.OPAQUE,
            DataBuffer.TYPE_BYTE);
    WritableRaster raster = model.createCompatibleWritableRaster(2, 2);
    raster.setPixel(1, 1, new int[] {60, 60, 60});
    BufferedImage image = new BufferedImage(model, raster, false, null);
    check(image, Picture.of(image), 0);
    assertTrue(Picture.of(image).sample(1, 1, 1) > Picture.of(image).sample(0, 0, 1));
  }

  @DisplayName("BMP files of 1, 8, 16 and 24 bits are read")
  @ParameterizedTest
  @ValueSource(
      ints = {
        BufferedImage.TYPE_3BYTE_BGR,
        BufferedImage.TYPE_INT_RGB,
        BufferedImage.TYPE_USHORT_565_RGB,
        BufferedImage.TYPE_USHORT_555_RGB,
        BufferedImage.TYPE_BYTE_INDEXED,
        BufferedImage.TYPE_BYTE_BINARY
      })
  void bmp(int type) throws IOException {
    BufferedImage image = type == BufferedImage.TYPE_BYTE_INDEXED ? opaqueIndexed() : random(type);
    check(image, Picture.read(write(image, "bmp"), "test.bmp"), 0);
  }

  private static BufferedImage opaqueIndexed() {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_INDEXED);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.ORANGE);
    graphics.fillRect(2, 2, 5, 3);
    graphics.dispose();
    return image;
  }

  @DisplayName("a BMP with its top row first is read, one of another compression is refused")
  @Test
  void bmpHeader() throws IOException {
    byte[] file = bmp();
    Picture upright = Picture.read(file, "a.bmp");
    file[22] = (byte) -HEIGHT;
    file[23] = file[24] = file[25] = -1;
    Picture flipped = Picture.read(file, "b.bmp");
    assertEquals(upright.sample(4, 0, 1), flipped.sample(4, HEIGHT - 1, 1));
    file[30] = 4;
    assertTrue(
        TestPictures.refusal("c.bmp", () -> Picture.read(file, "c.bmp")).contains("compression"));
    byte[] large = bmp();
    large[20] = 1;
    large[24] = 1;
    assertTrue(
        TestPictures.refusal("d.bmp", () -> Picture.read(large, "d.bmp")).contains("claims"));
  }

  @DisplayName("a GIF with transparency is laid over white, at its place on the screen")
  @Test
  void gif() throws IOException {
    BufferedImage image = opaqueIndexed();
    byte[] file = write(image, "gif");
    check(image, Picture.read(file, "a.gif"), 0);
    file[6] = WIDTH + 4;
    file[8] = HEIGHT + 5;
    Picture larger = Picture.read(file, "b.gif");
    assertEquals(WIDTH + 4, larger.width());
    assertEquals(HEIGHT + 5, larger.height());
    assertEquals(0, larger.sample(WIDTH - 1, HEIGHT - 1, 2));
    assertEquals(255, larger.sample(WIDTH, HEIGHT - 1, 2));
    assertEquals(255, larger.sample(WIDTH - 1, HEIGHT, 2));
  }
}
