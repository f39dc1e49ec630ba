package fastvit4j.model.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Activation;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The preprocessor beside the photos: batches, normalisation, odd sizes. */
class PreprocessorTest {
  private static Picture random(int width, int height) {
    byte[] rgb = new byte[3 * width * height];
    new Random(width * 1000L + height).nextBytes(rgb);
    return Picture.of(width, height, rgb);
  }

  @DisplayName("each image of a batch is its picture, and is normalised channel by channel")
  @Test
  void batch() {
    Preprocessor preprocessor = new Preprocessor(Preprocessing.imageNet(8, 1));
    Picture picture = random(8, 8);
    PixelBatch pixels = preprocessor.apply(random(9, 5), picture, random(8, 8));
    assertEquals(new Shape(3, 8, 8, 3), pixels.shape());
    Activation image = pixels.normalised().image(1);
    for (int i = 0; i < 192; i++) {
      int c = i % 3;
      byte sample = pixels.samples().get(ValueLayout.JAVA_BYTE, 192 + i);
      assertEquals(picture.sample(i / 3 % 8, i / 24, c), Byte.toUnsignedInt(sample));
      double mean = List.of(0.485, 0.456, 0.406).get(c);
      double std = List.of(0.229, 0.224, 0.225).get(c);
      double expected = (picture.sample(i / 3 % 8, i / 24, c) / 255.0 - mean) / std;
      // Four float32 roundings of values up to 3.
      assertEquals(expected, image.get(i), 4 * 3 * Math.ulp(1f));
    }
    assertEquals(0.485f, preprocessor.preprocessing().mean().get(0));
  }

  @DisplayName("files are loaded in their order")
  @Test
  void load() {
    Preprocessor preprocessor = new Preprocessor(Preprocessing.imageNet(32, 0.9));
    Activation batch =
        preprocessor
            .load(
                TestPictures.PHOTOS.resolve("coffee.png"),
                TestPictures.PHOTOS.resolve("rocket.jpg"))
            .normalised();
    Picture rocket = Picture.read(TestPictures.PHOTOS.resolve("rocket.jpg"));
    assertEquals(new Shape(2, 32, 32, 3), batch.shape());
    assertArrayEquals(
        preprocessor.apply(rocket).normalised().toFloats(), batch.image(1).toFloats());
  }

  @DisplayName("samples of another number or kind than the shape's are refused")
  @Test
  void wrongBatch() {
    Preprocessing numbers = Preprocessing.imageNet(8, 1);
    MemorySegment samples = MemorySegment.ofArray(new byte[192]);
    Shape two = new Shape(2, 8, 8, 3);
    Shape grey = new Shape(3, 8, 8, 1);
    assertThrows(IllegalArgumentException.class, () -> new PixelBatch(two, samples, numbers));
    assertThrows(IllegalArgumentException.class, () -> new PixelBatch(grey, samples, numbers));
  }

  @DisplayName(
      "a picture of the input's size passes unchanged, a plain one stays plain at any size")
  @Test
  void identity() {
    Preprocessor preprocessor = new Preprocessor(Preprocessing.imageNet(17, 1));
    assertEquals(0, TestPictures.difference(random(17, 17), preprocessor.crop(random(17, 17))));
    for (int[] size : new int[][] {{1, 1}, {3, 200}, {500, 2}, {40, 40}, {1000, 999}}) {
      byte[] plain = new byte[3 * size[0] * size[1]];
      for (int i = 0; i < plain.length; i++) {
        plain[i] = (byte) (200 + i % 3);
      }
      Picture crop = preprocessor.crop(Picture.of(size[0], size[1], plain));
      for (int i = 0; i < 17 * 17 * 3; i++) {
        assertEquals(200 + i % 3, crop.sample(i / 3 % 17, i / 51, i % 3));
      }
    }
  }

  @DisplayName("resized sizes are torchvision's for squares and timm's for others")
  @Test
  void sizes() {
    Preprocessor square = new Preprocessor(Preprocessing.imageNet(256, 0.9));
    assertArrayEquals(new long[] {284, 284}, square.resized(10, 10));
    assertArrayEquals(new long[] {284, 852}, square.resized(100, 300));
    assertArrayEquals(new long[] {284L * 60_000, 284}, square.resized(60_000, 1));
    Preprocessor wide = new Preprocessor(Preprocessing.imageNet(1, 1).withSize(64, 128));
    assertArrayEquals(new long[] {128, 128}, wide.resized(300, 300));
    assertArrayEquals(new long[] {192, 64}, wide.resized(300, 100));
    assertEquals(128, wide.crop(random(30, 70)).width());
    assertEquals(256, square.crop(random(60_000, 1)).height());
  }

  @DisplayName("pictures refuse arrays and positions that do not fit")
  @Test
  void picture() {
    assertThrows(IllegalArgumentException.class, () -> Picture.of(2, 2, new byte[11]));
    assertThrows(IllegalArgumentException.class, () -> Picture.of(0, 2, new byte[0]));
    assertThrows(IndexOutOfBoundsException.class, () -> random(2, 2).sample(2, 0, 0));
  }
}
