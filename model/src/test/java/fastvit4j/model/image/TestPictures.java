package fastvit4j.model.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.junit.jupiter.api.function.Executable;

/** What the tests of this package share. */
final class TestPictures {
  /** Surefire's working directory is the module's folder. */
  static final Path PHOTOS = Path.of("..", "tools", "samples", "photos");

  private TestPictures() {}

  /** A file among the test resources. */
  static byte[] resource(String name) throws IOException {
    try (InputStream in = TestPictures.class.getResourceAsStream("/" + name)) {
      assertTrue(in != null, "no resource " + name);
      return in.readAllBytes();
    }
  }

  /** The largest difference between samples of pictures of the same size. */
  static int difference(Picture expected, Picture actual) {
    assertEquals(expected.toString(), actual.toString());
    byte[] a = expected.toBytes();
    byte[] b = actual.toBytes();
    int largest = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs((a[i] & 0xff) - (b[i] & 0xff)));
    }
    return largest;
  }

  /** The message of the image exception that is thrown, one line that names the file. */
  static String refusal(String name, Executable action) {
    String message = assertThrows(ImageException.class, action).getMessage();
    assertTrue(message.startsWith(name) || message.contains(" " + name), message);
    assertTrue(message.lines().count() == 1 && message.contains(";"), message);
    return message;
  }
}
