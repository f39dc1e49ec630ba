package fastvit4j.model.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import fastvit4j.model.UserException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir Path directory;

  @Test
  void writesAndReplaces() throws IOException {
    Path target = directory.resolve("report.csv");
    AtomicFile.writeString(target, "größe\n");
    assertEquals("größe\n", Files.readString(target));
    AtomicFile.writeString(target, "new");
    assertEquals("new", Files.readString(target));
    assertOnly("report.csv");
  }

  @Test
  void followsALinkToTheFile() throws IOException {
    Path target = Files.writeString(directory.resolve("target"), "old");
    Path link = Files.createSymbolicLink(directory.resolve("link"), target);
    AtomicFile.writeString(link, "new");
    assertTrue(Files.isSymbolicLink(link));
    assertEquals("new", Files.readString(target));
  }

  @Test
  void aFullDiskLeavesTheTargetAndNothingElse() throws IOException {
    Path target = Files.writeString(directory.resolve("target"), "old");
    UserException e =
        assertThrows(
            UserException.class,
            () ->
                AtomicFile.write(
                    target,
                    channel -> {
                      AtomicFile.writeFully(channel, ByteBuffer.allocate(1000));
                      throw new IOException("No space left on device");
                    }));
    assertEquals(
        target
            + " cannot be written: No space left on device; free some space or choose another"
            + " place",
        e.getMessage());
    assertEquals("old", Files.readString(target));
    assertOnly("target");
  }

  @Test
  void aReallyFullDeviceIsNamed() {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "this system has no /dev/full");
    UserException e =
        assertThrows(UserException.class, () -> AtomicFile.writeString(full, "something"));
    assertTrue(e.getMessage().startsWith("/dev/full cannot be written: "), e.getMessage());
    assertTrue(Files.exists(full));
  }

  @Test
  void aDeviceIsWrittenDirectly() {
    Path device = Path.of("/dev/null");
    assumeTrue(Files.exists(device), "this system has no /dev/null");
    AtomicFile.writeString(device, "something");
    assertFalse(Files.isRegularFile(device));
  }

  @Test
  @Timeout(60)
  void aPipeIsWrittenDirectly() throws Exception {
    Path stdout = Path.of("/dev/stdout");
    assumeTrue(Files.exists(stdout), "this system has no /dev/stdout");
    Process process = java(Echo.class, stdout).redirectErrorStream(true).start();
    try (var output = process.inputReader()) {
      assertEquals(List.of("to the pipe"), output.lines().toList());
    }
    assertEquals(0, process.waitFor());
  }

  /** Writes a line. */
  static final class Echo {
    private Echo() {}

    public static void main(String[] args) {
      AtomicFile.writeString(Path.of(args[0]), "to the pipe\n");
    }
  }

  private static ProcessBuilder java(Class<?> main, Path argument) {
    return new ProcessBuilder(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp",
        System.getProperty("java.class.path"),
        main.getName(),
        argument.toString());
  }

  @Test
  void anExceptionOfTheWritersPassesThrough() throws IOException {
    IllegalStateException thrown = new IllegalStateException("damaged source");
    assertSame(
        thrown,
        assertThrows(
            IllegalStateException.class,
            () ->
                AtomicFile.write(
                    directory.resolve("target"),
                    channel -> {
                      AtomicFile.writeFully(channel, ByteBuffer.allocate(10));
                      throw thrown;
                    })));
    assertOnly();
  }

  @Test
  @Timeout(60)
  void anInterruptLeavesNothing() throws Exception {
    Path target = Files.writeString(directory.resolve("target"), "old");
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    AtomicReference<Boolean> interrupted = new AtomicReference<>();
    Thread writer =
        new Thread(
            () -> {
              try {
                AtomicFile.write(target, AtomicFileTest::writeForever);
              } catch (UserException e) {
                thrown.set(e);
              }
              interrupted.set(Thread.currentThread().isInterrupted());
            });
    writer.start();
    awaitTemporary();
    writer.interrupt();
    writer.join();
    assertEquals(
        target
            + " cannot be written: the writing was interrupted; choose a place where you can write",
        thrown.get().getMessage());
    assertTrue(interrupted.get());
    assertEquals("old", Files.readString(target));
    assertOnly("target");
  }

  @Test
  @Timeout(60)
  void theEndOfTheProcessLeavesNothing() throws Exception {
    Path target = Files.writeString(directory.resolve("target"), "old");
    Process process =
        java(Endless.class, target)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      awaitTemporary();
      process.destroy();
      assertTrue(process.waitFor(30, TimeUnit.SECONDS));
    } finally {
      process.destroyForcibly();
    }
    assertEquals("old", Files.readString(target));
    assertOnly("target");
  }

  /** Writes until it is stopped. */
  static final class Endless {
    private Endless() {}

    public static void main(String[] args) {
      AtomicFile.write(Path.of(args[0]), AtomicFileTest::writeForever);
    }
  }

  @Test
  void refusesDirectoriesAndPlacesThatAreNot() throws IOException {
    assertMessage(directory, "it is a directory");
    assertMessage(Path.of("/"), "it is a directory");
    assertMessage(directory.resolve("no/such/file"), "there is no directory");
    Path file = Files.writeString(directory.resolve("file"), "");
    assertMessage(file.resolve("below"), "is not a directory");
    assertOnly("file");
  }

  @Test
  void refusesAnUnwritableDirectory() throws IOException {
    Path locked = Files.createDirectory(directory.resolve("locked"));
    Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("r-xr-xr-x"));
    assumeTrue(!Files.isWritable(locked), "this user can write everywhere");
    assertMessage(locked.resolve("file"), "permission denied");
  }

  @Test
  void refusesAFileSystemThatTakesNoFiles() {
    assumeTrue(Files.isDirectory(Path.of("/proc/self")), "this system has no /proc");
    UserException e =
        assertThrows(
            UserException.class, () -> AtomicFile.writeString(Path.of("/proc/self/file"), "x"));
    assertTrue(e.getMessage().startsWith("/proc/self/file cannot be written: "), e.getMessage());
    assertFalse(e.getMessage().contains("\n"));
  }

  private static void assertMessage(Path target, String part) {
    UserException e = assertThrows(UserException.class, () -> AtomicFile.writeString(target, "x"));
    assertTrue(e.getMessage().startsWith(target + " cannot be written: "), e.getMessage());
    assertTrue(e.getMessage().contains(part), e.getMessage());
  }

  private static void writeForever(FileChannel channel) throws IOException {
    while (true) {
      channel.write(ByteBuffer.allocate(16), 0);
    }
  }

  private void awaitTemporary() throws Exception {
    while (names().stream().noneMatch(name -> name.endsWith(".tmp"))) {
      Thread.sleep(5);
    }
  }

  private void assertOnly(String... names) throws IOException {
    assertEquals(List.of(names), names());
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
