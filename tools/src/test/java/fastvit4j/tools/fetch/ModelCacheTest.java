package fastvit4j.tools.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelCacheTest {
  private static Path standard(Map<String, String> environment, String os) {
    return ModelCache.standard(environment, "/h", os).directory();
  }

  @Test
  void isWhereThePlatformKeepsCaches() {
    assertEquals(Path.of("/h/.cache/fastvit4j/models"), standard(Map.of(), "Linux"));
    assertEquals(Path.of("/x/fastvit4j/models"), standard(Map.of("XDG_CACHE_HOME", "/x"), "Linux"));
    assertEquals(
        Path.of("/h/.cache/fastvit4j/models"), standard(Map.of("XDG_CACHE_HOME", "x"), "Linux"));
    assertEquals(Path.of("/h/Library/Caches/fastvit4j/models"), standard(Map.of(), "Mac OS X"));
    assertEquals(
        Path.of("/local/fastvit4j/models"),
        standard(Map.of("LOCALAPPDATA", "/local"), "Windows 11"));
    assertEquals(Path.of("/h/AppData/Local/fastvit4j/models"), standard(Map.of(), "Windows 11"));
  }

  @Test
  void isWhereTheUserSays() {
    assertEquals(
        Path.of("/mine"),
        standard(Map.of("FASTVIT_CACHE", "/mine", "XDG_CACHE_HOME", "/x"), "Linux"));
  }
}
