package fastvit4j.runtime.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelCacheTest {
  private static final String SOURCE = "__kernel void k() {}\n";

  @TempDir Path directory;

  @Test
  void whatIsStoredIsFoundByALaterProcess() throws IOException {
    Path file = new KernelCache(directory.resolve("new")).store("key", SOURCE);
    assertEquals(file, new KernelCache(directory.resolve("new")).find("key").orElseThrow());
    assertTrue(Files.readString(file).endsWith("\n" + SOURCE));
  }

  @Test
  void aDamagedFileIsNoneAndIsReplaced() throws IOException {
    KernelCache cache = new KernelCache(directory);
    Path file = cache.store("key", SOURCE);
    String whole = Files.readString(file);
    for (String damaged :
        List.of("", "x", whole.substring(0, whole.length() - 1), whole.replace("k()", "l()"))) {
      Files.writeString(file, damaged);
      assertFalse(cache.find("key").isPresent());
    }
    cache.store("key", SOURCE);
    assertTrue(cache.find("key").isPresent());
  }

  @Test
  void aDirectoryThatCannotBeMadeIsWorkedAround() throws IOException {
    Path inTheWay = Files.writeString(directory.resolve("file"), "");
    KernelCache cache = new KernelCache(inTheWay.resolve("kernels"));
    assertFalse(cache.find("key").isPresent());
    Path file = cache.store("key", SOURCE);
    assertFalse(file.startsWith(directory));
    assertEquals(file, cache.find("key").orElseThrow());
  }

  @Test
  void nothingHalfWrittenStaysBehind() throws IOException {
    new KernelCache(directory).store("key", SOURCE);
    try (var files = Files.list(directory)) {
      assertEquals(List.of(directory.resolve("key.cl")), files.toList());
    }
  }

  @Test
  void theDirectoryIsThePlatforms() {
    assertEquals(Path.of("/c/fastvit4j/kernels"), KernelCache.directory(null, "/c", "/h", "Linux"));
    assertEquals(
        Path.of("/h/.cache/fastvit4j/kernels"), KernelCache.directory(null, "c", "/h", "Linux"));
    assertEquals(
        Path.of("/h/Library/Caches/fastvit4j/kernels"),
        KernelCache.directory(null, null, "/h", "Mac OS X"));
    assertEquals(Path.of("/mine"), KernelCache.directory("/mine", "/c", "/h", "Linux"));
    assertNull(KernelCache.directory("none", "/c", "/h", "Linux"));
  }
}
