package fastvit4j.model.image;

import static fastvit4j.model.image.TestPictures.refusal;
import static fastvit4j.model.image.TestPictures.resource;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are no pictures, or no longer. */
class BadPicturesTest {
  @TempDir private Path folder;

  @DisplayName("what is missing, a directory, empty, or unreadable is said to be so")
  @Test
  void noFile() throws IOException {
    Path missing = folder.resolve("missing.png");
    assertTrue(
        refusal(missing.toString(), () -> Picture.read(missing)).startsWith("no picture file"));
    assertTrue(refusal(folder.toString(), () -> Picture.read(folder)).contains("a directory"));
    Path empty = Files.createFile(folder.resolve("empty.jpg"));
    assertTrue(refusal(empty.toString(), () -> Picture.read(empty)).contains("empty"));
    Path below = empty.resolve("a.png");
    refusal(below.toString(), () -> Picture.read(below));
  }

  @DisplayName("a file without permission is said to be so")
  @Test
  void noPermission() throws IOException {
    Path secret = Files.write(folder.resolve("secret.png"), resource("formats/orientation6.png"));
    assumeTrue(
        Files.getFileStore(secret).supportsFileAttributeView("posix"), "no POSIX permissions");
    Files.setPosixFilePermissions(secret, Set.of());
    assumeTrue(!Files.isReadable(secret), "this user may read everything");
    assertTrue(refusal(secret.toString(), () -> Picture.read(secret)).contains("permission"));
  }

  @DisplayName("another kind of file is named where it is known")
  @Test
  void otherFormats() {
    byte[] tiff = "II*\0........".getBytes(StandardCharsets.ISO_8859_1);
    assertTrue(
        refusal("a.png", () -> Picture.read(tiff, "a.png"))
            .equals("a.png is a TIFF file; convert it to PNG, JPEG, WebP, BMP or GIF"));
    byte[] text = "hello".getBytes(StandardCharsets.ISO_8859_1);
    assertTrue(
        refusal("b.png", () -> Picture.read(text, "b.png"))
            .contains("no picture that can be read"));
    byte[] sound = "RIFF\4\0\0\0WAVEfmt ".getBytes(StandardCharsets.ISO_8859_1);
    refusal("c.webp", () -> Picture.read(sound, "c.webp"));
  }

  @DisplayName("the content decides what a file is, not its ending")
  @Test
  void wrongEnding() throws IOException {
    Path file = Files.write(folder.resolve("picture.txt"), resource("formats/ycc.jpg"));
    assertEquals(24, Picture.read(file).width());
    Path hidden = Files.writeString(folder.resolve("picture.jpg"), "not a picture");
    refusal(hidden.toString(), () -> Picture.read(hidden));
  }

  @DisplayName("a large stream that is no picture is refused after its first bytes")
  @Test
  void endless() {
    InputStream zeros =
        new InputStream() {
          private int read;

          @Override
          public int read() {
            return read(new byte[1], 0, 1);
          }

          @Override
          public int read(byte[] to, int offset, int length) {
            read += length;
            assertTrue(read < 10_000, "read on");
            return length;
          }
        };
    refusal("zeros", () -> Picture.read(zeros, "zeros"));
  }

  @DisplayName("a stream gives what the file gives")
  @Test
  void stream() throws IOException {
    byte[] content = resource("formats/lossless.webp");
    Picture picture = Picture.read(new ByteArrayInputStream(content), "a stream");
    assertEquals(0, TestPictures.difference(Picture.read(content, "bytes"), picture));
  }

  @DisplayName("a picture over the limit is refused in every format")
  @ParameterizedTest
  @ValueSource(
      strings = {"ycc.jpg", "orientation6.png", "lossy.webp", "alpha.webp", "animated.gif"})
  void limit(String name) throws IOException {
    byte[] content = resource("formats/" + name);
    assertEquals(24 * 17, area(PictureReader.decode(content, name, 24 * 17)));
    assertTrue(
        refusal(name, () -> PictureReader.decode(content, name, 24 * 17 - 1))
            .contains("claims 24x17 pixels, more than the 407 allowed"));
  }

  private static int area(Picture picture) {
    return picture.width() * picture.height();
  }

  @DisplayName("a file truncated at any byte is refused")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ycc.jpg",
        "progressive.jpg",
        "cmyk.jpg",
        "orientation6.png",
        "orientation6.webp",
        "lossy_alpha.webp",
        "lossy.webp"
      })
  void truncated(String name) throws IOException {
    byte[] content = resource("formats/" + name);
    for (int length = 0; length < content.length; length++) {
      byte[] part = Arrays.copyOf(content, length);
      refusal(name, () -> Picture.read(part, name));
    }
  }

  @DisplayName("a GIF or BMP truncated at any byte is refused, or shows a picture of its size")
  @ParameterizedTest
  @ValueSource(strings = {"animated.gif", "rgb.bmp"})
  void truncatedFrames(String name) throws IOException {
    byte[] content = name.endsWith("bmp") ? JavaImagesTest.bmp() : resource("formats/" + name);
    Picture whole = Picture.read(content, name);
    for (int length = 0; length < content.length; length++) {
      byte[] part = Arrays.copyOf(content, length);
      try {
        assertEquals(0, TestPictures.difference(whole, Picture.read(part, name)));
        assertFalse(name.endsWith("bmp"), "a BMP needs every byte, not " + length);
      } catch (ImageException e) {
        assertTrue(e.getMessage().startsWith(name), e.getMessage());
      }
    }
  }

  @DisplayName("flipped bits give a picture or one line, in every format")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ycc.jpg",
        "progressive.jpg",
        "ycck.jpg",
        "orientation6.jpg",
        "orientation6.png",
        "orientation6.webp",
        "lossy_alpha.webp",
        "lossless.webp",
        "animated.webp",
        "animated.gif",
        "rgb.bmp"
      })
  void flipped(String name) throws IOException {
    byte[] content = name.endsWith("bmp") ? JavaImagesTest.bmp() : resource("formats/" + name);
    Random random = new Random(name.hashCode());
    int refused = 0;
    for (int trial = 0; trial < 400; trial++) {
      byte[] damaged = content.clone();
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      }
      try {
        // A lower limit than the default, so that a lying header costs neither memory nor time.
        assertTrue(PictureReader.decode(damaged, name, 1 << 12).width() > 0);
      } catch (ImageException e) {
        refused++;
        assertTrue(e.getMessage().startsWith(name), e.getMessage());
        assertEquals(1, e.getMessage().lines().count(), e.getMessage());
      }
    }
    assertTrue(refused > 0, "damage to the header must be noticed");
  }

  @DisplayName("a progressive picture of more scans than any encoder makes is refused")
  @Test
  void manyScans() throws IOException {
    byte[] sound = resource("formats/progressive.jpg");
    int scans = 0;
    int last = 0;
    for (int i = 0; i + 1 < sound.length; i++) {
      if (sound[i] == (byte) 0xff && sound[i + 1] == (byte) 0xda) {
        scans++;
        last = i;
      }
    }
    byte[] scan = Arrays.copyOfRange(sound, last, sound.length - 2);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.write(sound, 0, last);
    for (; scans <= JpegFile.MAX_SCANS; scans++) {
      file.writeBytes(scan);
    }
    byte[] most = file.toByteArray();
    assertEquals(24, Picture.read(ended(most), "a.jpg").width());
    file.writeBytes(scan);
    assertTrue(
        refusal("a.jpg", () -> Picture.read(ended(file.toByteArray()), "a.jpg"))
            .contains("more than 100 scans"));
  }

  private static byte[] ended(byte[] jpeg) {
    byte[] whole = Arrays.copyOf(jpeg, jpeg.length + 2);
    whole[jpeg.length] = (byte) 0xff;
    whole[jpeg.length + 1] = (byte) 0xd9;
    return whole;
  }
}
