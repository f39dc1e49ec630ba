package fastvit4j.model.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.jr.ob.JSON;

/** Three photos at three sizes, against Pillow's own crops. */
class PreprocessorPhotoTest {
  @SuppressWarnings("unchecked")
  static List<Map<String, Object>> cases() throws IOException {
    Map<String, Object> file = JSON.std.mapFrom(TestPictures.resource("photos/preprocessing.json"));
    return (List<Map<String, Object>>) file.get("cases");
  }

  @DisplayName("a photo is resized and cropped as by Pillow")
  @ParameterizedTest
  @MethodSource("cases")
  void equalsPillow(Map<String, Object> test) throws IOException {
    int size = (Integer) test.get("input_size");
    double crop = ((Number) test.get("crop_pct")).doubleValue();
    String photo = (String) test.get("photo");
    Preprocessor preprocessor = new Preprocessor(Preprocessing.imageNet(size, crop));
    Picture picture = Picture.read(TestPictures.PHOTOS.resolve(photo));
    List<?> resized = (List<?>) test.get("resized");
    assertArrayEquals(
        resized.stream().mapToLong(n -> (Integer) n).toArray(),
        preprocessor.resized(picture.width(), picture.height()));
    String expected = "photos/" + test.get("expected");
    Picture pillow = Picture.read(TestPictures.resource(expected), expected);
    int difference = TestPictures.difference(pillow, preprocessor.crop(picture));
    if (photo.endsWith(".png")) {
      assertEquals(0, difference, "the arithmetic is Pillow's own, so nothing may differ");
    } else {
      // Decoders may differ by 1 or 2 levels in their inverse DCT, and upsample colour differently.
      assertTrue(difference <= 4, "differs by " + difference);
    }
  }
}
