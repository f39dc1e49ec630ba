package fastvit4j.model.image;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Small files of each kind, written by Pillow, against what Pillow makes of them. */
class FormatsTest {
  @DisplayName("a file of this kind is read as by Pillow")
  @ParameterizedTest
  // Lossless kinds must be equal. JPEG: 2 levels for the inverse DCT's rounding, more where a
  // conversion multiplies it (YCC by up to 1.772) or the colour is upsampled. Lossy WebP: its
  // reader
  // repeats colour samples, libwebp interpolates them. That is 1/4 of their steps (8 and 17 levels
  // of Cb a sample in this steep picture) times 2.02, 13 levels of blue, and rounding.
  @CsvSource({
    "ycc.jpg, 4",
    "progressive.jpg, 4",
    "adobe_rgb.jpg, 2",
    "grey.jpg, 2",
    "cmyk.jpg, 4",
    "ycck.jpg, 4",
    "orientation1.jpg, 4",
    "orientation2.jpg, 4",
    "orientation3.jpg, 4",
    "orientation4.jpg, 4",
    "orientation5.jpg, 4",
    "orientation6.jpg, 4",
    "orientation7.jpg, 4",
    "orientation8.jpg, 4",
    "orientation6.png, 0",
    "orientation6.webp, 0",
    "lossless.webp, 0",
    "alpha.webp, 0",
    "lossy.webp, 16",
    "lossy_alpha.webp, 16",
    "animated.webp, 0",
    "animated.gif, 0",
  })
  void equalsPillow(String file, int tolerance) throws IOException {
    Picture actual = Picture.read(TestPictures.resource("formats/" + file), file);
    String expected = "formats/" + file + ".rgb.png";
    Picture pillow = Picture.read(TestPictures.resource(expected), expected);
    int difference = TestPictures.difference(pillow, actual);
    assertTrue(difference <= tolerance, "differs by " + difference);
  }
}
