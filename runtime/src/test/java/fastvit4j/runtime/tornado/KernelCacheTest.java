package fastvit4j.runtime.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.io.AtomicFile;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class KernelCacheTest {
  private static final String SOURCE = "__kernel void k() {}\n";

  /** Where the cache's warnings go; kept here, as loggers that nobody holds may be collected. */
  private static final Logger LOG = Logger.getLogger(KernelCache.class.getName());

  @TempDir Path directory;

  @Test
  void whatIsStoredIsFoundByALaterProcess() throws IOException {
    Path file = new KernelCache(directory.resolve("new")).store("key", SOURCE);
    assertEquals(file, new KernelCache(directory.resolve("new")).find("key").orElseThrow());
    assertTrue(Files.readString(file).startsWith(SOURCE));
    assertEquals(SOURCE, KernelCache.source(file));
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

  /** Every start after that reads or writes finds the same trouble, and says so once. */
  @Test
  void troubleIsToldOnceInOneLine() throws IOException {
    Path inTheWay = Files.writeString(directory.resolve("file"), "");
    List<String> told = new ArrayList<>();
    KernelCache cache = new KernelCache(inTheWay.resolve("kernels"));
    Handler handler = listen(told);
    try {
      for (String key : List.of("a", "b", "c")) {
        cache.store(key, SOURCE);
        assertTrue(cache.find(key).isPresent());
      }
    } finally {
      LOG.removeHandler(handler);
    }
    assertEquals(1, told.size(), told::toString);
    assertEquals(1, told.getFirst().lines().count());
    assertTrue(told.getFirst().contains("-Dfastvit4j.kernel.cache=DIR"), told::toString);
  }

  /** What is in a directory that can only be read is used without a word. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void aDirectoryThatCanOnlyBeReadIsRead() throws IOException {
    Path file = new KernelCache(directory).store("key", SOURCE);
    Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
    List<String> told = new ArrayList<>();
    Handler handler = listen(told);
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("r-xr-xr-x"));
    try {
      KernelCache cache = new KernelCache(directory);
      assertEquals(file, cache.find("key").orElseThrow());
      assertEquals(List.of(), told);
      // Where permissions do not bind the user, a directory of the kernel's own does.
      KernelCache unwritable = new KernelCache(Path.of("/proc/self/kernels"));
      Path elsewhere = unwritable.store("other", SOURCE);
      assertFalse(elsewhere.startsWith("/proc"));
      assertEquals(elsewhere, unwritable.find("other").orElseThrow());
      assertEquals(1, told.size(), told::toString);
    } finally {
      LOG.removeHandler(handler);
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aFullDiskIsWorkedAround() throws IOException {
    Files.createSymbolicLink(directory.resolve("key.cl"), Path.of("/dev/full"));
    List<String> told = new ArrayList<>();
    Handler handler = listen(told);
    try {
      KernelCache cache = new KernelCache(directory);
      Path file = cache.store("key", SOURCE);
      assertFalse(file.startsWith(directory));
      assertEquals(file, cache.find("key").orElseThrow());
    } finally {
      LOG.removeHandler(handler);
      Files.delete(directory.resolve("key.cl"));
    }
    assertEquals(1, told.size(), told::toString);
    assertTrue(told.getFirst().contains("No space left"), told::toString);
  }

  @Test
  void anEntryOfAnotherVersionIsNoneAndIsReplacedSilently() throws IOException {
    List<String> told = new ArrayList<>();
    Handler handler = listen(told);
    try {
      KernelCache cache = new KernelCache(directory);
      Path file = cache.store("key", SOURCE);
      Files.writeString(file, Files.readString(file).replace("kernel 2 ", "kernel 99 "));
      assertFalse(cache.find("key").isPresent());
      Files.writeString(file, "// fastvit4j kernel 1 0123\n" + SOURCE);
      assertFalse(cache.find("key").isPresent());
      cache.store("key", SOURCE);
      assertTrue(cache.find("key").isPresent());
    } finally {
      LOG.removeHandler(handler);
    }
    assertEquals(List.of(), told);
  }

  /** Of what is older than the time of grace, the oldest goes first, until the rest fits. */
  @Test
  void whatWasUsedLastStays() throws IOException {
    KernelCache cache = new KernelCache(directory);
    long bytes = 0;
    for (int i = 0; i < 10; i++) {
      Path file = cache.store("key" + i, SOURCE);
      bytes = Files.size(file);
      Files.setLastModifiedTime(
          file, FileTime.from(Instant.now().minus(CacheLimit.GRACE.multipliedBy(20 - i))));
    }
    Files.writeString(directory.resolve("notes.txt"), "not ours");
    assertTrue(cache.find("key1").isPresent());
    new KernelCache(directory, 3 * bytes).store("new", SOURCE);
    List<String> left;
    try (Stream<Path> files = Files.list(directory)) {
      left = files.map(file -> file.getFileName().toString()).sorted().toList();
    }
    assertEquals(List.of("key1.cl", "key8.cl", "key9.cl", "new.cl", "notes.txt"), left);
    CacheLimit.trim(directory, 0);
    assertTrue(cache.find("key1").isPresent() && cache.find("new").isPresent());
    assertFalse(cache.find("key8").isPresent() || cache.find("key9").isPresent());
  }

  /** Two processes store the same keys with other texts: a reader finds one or the other, whole. */
  @Test
  void processesShareADirectory() throws Exception {
    List<Process> writers = new ArrayList<>();
    List<String> told = new ArrayList<>();
    Handler handler = listen(told);
    try {
      for (String text : List.of("a", "b")) {
        writers.add(
            new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    classPath(),
                    Writer.class.getName(),
                    directory.toString(),
                    text)
                .inheritIO()
                .start());
      }
      KernelCache cache = new KernelCache(directory);
      int found = 0;
      while (found == 0 || writers.stream().anyMatch(Process::isAlive)) {
        for (int key = 0; key < Writer.KEYS; key++) {
          found += cache.find("key" + key).isPresent() ? 1 : 0;
        }
        assertTrue(found > 0 || writers.stream().anyMatch(Process::isAlive), "nothing written");
      }
      for (Process writer : writers) {
        assertEquals(0, writer.waitFor());
      }
      for (int key = 0; key < Writer.KEYS; key++) {
        String text = KernelCache.source(cache.find("key" + key).orElseThrow());
        assertTrue(
            text.endsWith("a".repeat(1000) + "\n") || text.endsWith("b".repeat(1000) + "\n"));
      }
    } finally {
      LOG.removeHandler(handler);
      writers.forEach(Process::destroyForcibly);
    }
    assertEquals(List.of(), told);
    try (Stream<Path> files = Files.list(directory)) {
      assertEquals(Writer.KEYS, files.count());
    }
  }

  private static String classPath() {
    return Stream.of(KernelCacheTest.class, KernelCache.class, AtomicFile.class)
        .map(
            type ->
                Path.of(
                    URI.create(
                        type.getProtectionDomain().getCodeSource().getLocation().toString())))
        .map(Path::toString)
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Stores long texts under a few keys, again and again. */
  static final class Writer {
    static final int KEYS = 4;

    private Writer() {}

    public static void main(String[] arguments) {
      KernelCache cache = new KernelCache(Path.of(arguments[0]));
      for (int i = 0; i < 50; i++) {
        for (int key = 0; key < KEYS; key++) {
          cache.store("key" + key, arguments[1].repeat(200_000));
        }
      }
    }
  }

  private static Handler listen(List<String> told) {
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord entry) {
            told.add(entry.getMessage());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    LOG.addHandler(handler);
    return handler;
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
