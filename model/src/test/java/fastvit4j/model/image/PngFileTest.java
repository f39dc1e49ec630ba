package fastvit4j.model.image;

import static fastvit4j.model.image.TestPictures.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** PNG files of every colour type and depth, from random samples. */
class PngFileTest {
  private static final int WIDTH = 11;
  private static final int HEIGHT = 9;

  private static int[][][] random(int channels, int depth) {
    Random random = new Random(depth * 10L + channels);
    int[][][] samples = new int[HEIGHT][WIDTH][channels];
    for (int[][] row : samples) {
      for (int[] pixel : row) {
        for (int c = 0; c < channels; c++) {
          pixel[c] = random.nextInt(1 << depth);
        }
      }
    }
    return samples;
  }

  /** Pillow's rule: the upper 8 of 16 bits, fewer bits stretched to 0 … 255. */
  private static int eightBits(int sample, int depth) {
    return depth == 16 ? sample >> 8 : sample * 255 / ((1 << depth) - 1);
  }

  private static int overWhite(int sample, int alpha) {
    return (int) Math.round((sample * alpha + 255.0 * (255 - alpha)) / 255);
  }

  @DisplayName("a PNG of any colour type, depth and interlacing has the samples that were written")
  @ParameterizedTest
  @CsvSource({
    "0, 1", "0, 2", "0, 4", "0, 8", "0, 16", "2, 8", "2, 16", "3, 1", "3, 2", "3, 4", "3, 8",
    "4, 8", "4, 16", "6, 8", "6, 16"
  })
  void samples(int type, int depth) {
    for (boolean interlaced : new boolean[] {false, true}) {
      for (boolean transparent : new boolean[] {false, true}) {
        if (!transparent || type == TestPng.PALETTE) {
          check(type, depth, interlaced, transparent);
        }
      }
    }
  }

  private static void check(int type, int depth, boolean interlaced, boolean transparent) {
    int[][][] samples = random(TestPng.channels(type), depth);
    TestPng png = new TestPng().header(WIDTH, HEIGHT, type, depth, interlaced);
    int colors = type == TestPng.PALETTE ? 1 << depth : 0;
    byte[] palette = new byte[3 * colors];
    byte[] alphas = new byte[transparent ? Math.max(1, colors / 2) : 0];
    new Random(1).nextBytes(palette);
    new Random(2).nextBytes(alphas);
    if (colors > 0) {
      png.chunk("PLTE", palette);
    }
    if (transparent) {
      png.chunk("tRNS", alphas);
    }
    Picture picture = Picture.read(png.pixels(samples, depth, interlaced).end(), "test.png");
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        int[] pixel = samples[y][x];
        for (int c = 0; c < 3; c++) {
          int index = pixel[0];
          int expected =
              switch (type) {
                case TestPng.PALETTE ->
                    overWhite(
                        palette[3 * index + c] & 0xff,
                        index < alphas.length ? alphas[index] & 0xff : 255);
                case TestPng.GREY -> eightBits(index, depth);
                case TestPng.RGB -> eightBits(pixel[c], depth);
                case TestPng.GREY_ALPHA ->
                    overWhite(eightBits(index, depth), eightBits(pixel[1], depth));
                default -> overWhite(eightBits(pixel[c], depth), eightBits(pixel[3], depth));
              };
          assertEquals(
              expected,
              picture.sample(x, y, c),
              "(" + x + ", " + y + ", " + c + ") interlaced " + interlaced);
        }
      }
    }
  }

  @DisplayName("the one transparent colour of a grey or RGB picture is white, the others stay")
  @Test
  void transparentColor() {
    int[][][] grey = random(1, 8);
    grey[0][0][0] = 7;
    byte[] file =
        new TestPng()
            .header(WIDTH, HEIGHT, TestPng.GREY, 8, false)
            .chunk("tRNS", new byte[] {0, 7})
            .pixels(grey, 8, false)
            .end();
    Picture picture = Picture.read(file, "grey.png");
    int[][][] rgb = random(3, 8);
    byte[] color =
        new TestPng()
            .header(WIDTH, HEIGHT, TestPng.RGB, 8, false)
            .chunk(
                "tRNS",
                new byte[] {0, (byte) rgb[0][0][0], 0, (byte) rgb[0][0][1], 0, (byte) rgb[0][0][2]})
            .pixels(rgb, 8, false)
            .end();
    Picture colored = Picture.read(color, "rgb.png");
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        assertEquals(grey[y][x][0] == 7 ? 255 : grey[y][x][0], picture.sample(x, y, 1));
        assertEquals(x + y == 0 ? 255 : rgb[y][x][2], colored.sample(x, y, 2));
      }
    }
  }

  @DisplayName("damaged ancillary chunks do not spoil a picture, damaged critical ones do")
  @Test
  void checksums() {
    int[][][] samples = random(3, 8);
    byte[] junk = {1, 2, 3};
    TestPng header = new TestPng().header(WIDTH, HEIGHT, TestPng.RGB, 8, false);
    byte[] good =
        header
            .chunk("tEXt", junk, 0)
            .chunk("iCCP", junk)
            .chunk("gAMA", new byte[] {0, 0, 0, 1})
            .chunk("eXIf", junk)
            .pixels(samples, 8, false)
            .end();
    assertEquals(samples[3][4][1], Picture.read(good, "good.png").sample(4, 3, 1));
    byte[] bad =
        new TestPng().header(WIDTH, HEIGHT, TestPng.RGB, 8, false).chunk("IDAT", junk, 0).end();
    assertTrue(refusal("bad.png", () -> Picture.read(bad, "bad.png")).contains("wrong checksum"));
  }

  @DisplayName("10⁹ pixels are refused from the header, and so are 0")
  @Test
  void sizes() {
    byte[] large = new TestPng().header(40_000, 25_000, TestPng.RGB, 8, false).end();
    assertTrue(
        refusal("large.png", () -> Picture.read(large, "large.png"))
            .contains("claims 40000x25000 pixels, more than the 178,956,970 allowed"));
    byte[] negative = new TestPng().header(-1, -1, TestPng.RGB, 8, false).end();
    assertTrue(
        refusal("negative.png", () -> Picture.read(negative, "negative.png")).contains("allowed"));
    byte[] none = new TestPng().header(0, 5, TestPng.RGB, 8, false).end();
    assertTrue(refusal("none.png", () -> Picture.read(none, "none.png")).contains("no pixels"));
    byte[] lying =
        new TestPng()
            .header(12_000, 12_000, TestPng.RGB, 8, false)
            .chunk("IDAT", new byte[100])
            .end();
    assertTrue(
        refusal("lying.png", () -> Picture.read(lying, "lying.png")).contains("too little data"));
  }

  @DisplayName("a file without a header first is refused")
  @Test
  void order() {
    byte[] file = new TestPng().chunk("IDAT", new byte[9]).end();
    assertTrue(refusal("a.png", () -> Picture.read(file, "a.png")).contains("no header"));
  }
}
