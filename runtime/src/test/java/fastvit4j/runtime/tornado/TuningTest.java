package fastvit4j.runtime.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.UserException;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.Devices;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TuningTest {
  @TempDir private Path directory;
  private String before;

  @BeforeEach
  void keepHere() {
    before = System.getProperty(Tuning.PROPERTY);
    System.setProperty(Tuning.PROPERTY, directory.toString());
  }

  @AfterEach
  void restore() {
    if (before == null) {
      System.clearProperty(Tuning.PROPERTY);
    } else {
      System.setProperty(Tuning.PROPERTY, before);
    }
  }

  private static Device emulator() {
    return Devices.named("emulator");
  }

  private static TunedCase found(String text, String winner) {
    LinkedHashMap<String, String> failures = new LinkedHashMap<>();
    failures.put("bad", "wrong:\tits error\nis large");
    return new TunedCase(text, "stem: " + text, "standard", 20, winner, 10.5, failures);
  }

  private static Map<String, String> winners() {
    return Tuning.winners(((TornadoDevice) emulator()).handle());
  }

  @Test
  void whatIsPutIsThereAndNewerCasesReplaceOlder() {
    Tuning tuning = Tuning.of(emulator());
    assertEquals(List.of(), tuning.cases());
    assertEquals(Map.of(), winners());
    tuning.put(List.of(found("a", "x"), found("b", "y")));
    tuning.put(List.of(found("a", "z")));
    assertEquals(Map.of("a", "z", "b", "y"), winners());
    TunedCase a = tuning.cases().getFirst();
    assertEquals(List.of(20.0, 10.5), List.of(a.standardNanos(), a.nanos()));
    assertEquals(Map.of("bad", "wrong: its error is large"), a.failures());
    assertTrue(tuning.clear());
    assertFalse(tuning.clear());
    assertEquals(Map.of(), winners());
  }

  @Test
  void noDamageIsTakenForResults() throws IOException {
    Tuning tuning = Tuning.of(emulator());
    tuning.put(List.of(found("a", "x"), found("b", "y")));
    byte[] whole = Files.readAllBytes(tuning.file());
    for (int length = 0; length < whole.length; length++) {
      Files.write(tuning.file(), Arrays.copyOf(whole, length));
      assertRefused(tuning);
    }
    Random random = new Random(7);
    for (int i = 0; i < 100; i++) {
      byte[] damaged = whole.clone();
      damaged[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(7));
      Files.write(tuning.file(), damaged);
      assertRefused(tuning);
    }
    Files.delete(tuning.file());
    Files.createDirectory(tuning.file());
    assertRefused(tuning);
  }

  @Test
  void measuredLimitsAreKeptAndTakenByADeviceThatIsLookedUpLater() throws IOException {
    Tuning tuning = Tuning.of(emulator());
    assertFalse(tuning.hasLimits());
    assertEquals("assumed", KernelTable.limits(emulator()).source());
    KeptLimits limits =
        new KeptLimits(2e12, 3e13, 1700, new TreeMap<>(Map.of(1L << 16, 5e11, 1L << 24, 1e11)));
    tuning.put(limits);
    assertTrue(tuning.hasLimits());
    TornadoDevice device = (TornadoDevice) new EmulatorProvider().find().devices().getFirst();
    assertEquals(limits, device.traits().limits());
    assertEquals(5e11, limits.bytesPerSecond(100));
    assertEquals(1e11, limits.bytesPerSecond((1L << 16) + 1));
    assertEquals(1e11, limits.bytesPerSecond(1L << 40));
    TornadoDevice without = (TornadoDevice) Tuning.without(device);
    assertEquals("assumed", without.traits().limits().source());
    Path file;
    try (Stream<Path> list = Files.list(directory)) {
      file = list.filter(p -> p.toString().endsWith(".limits")).findFirst().orElseThrow();
    }
    Files.writeString(file, Files.readString(file).replace("1700", "1"));
    assertFalse(tuning.hasLimits());
    assertEquals(Optional.empty(), Tuning.limits(device.handle()));
    assertTrue(tuning.clear());
    assertFalse(Files.exists(file));
    for (String line : List.of("peak 0", "peak NaN", "launch x", "bandwidth 1", "other 1")) {
      List<String> lines = List.of("peak 1", "launch 1", "bandwidth 1 1", line);
      assertThrows(IllegalArgumentException.class, () -> KeptLimits.parse(lines), line);
    }
  }

  private static void assertRefused(Tuning tuning) {
    assertEquals(Map.of(), winners());
    UserException e = assertThrows(UserException.class, tuning::cases);
    assertTrue(e.getMessage().contains(tuning.file().toString()), e.getMessage());
    assertTrue(e.getMessage().contains("--clear"), e.getMessage());
    assertEquals(1, e.getMessage().lines().count());
    assertThrows(UserException.class, () -> tuning.put(List.of(found("c", "z"))));
  }

  @Test
  void resultsOfAnotherDriverAreNotTaken() throws IOException {
    Tuning tuning = Tuning.of(emulator());
    TuningFile.write(tuning.file(), "another environment", List.of(found("a", "x")));
    assertRefused(tuning);
    Path other = directory.resolve("0".repeat(32) + ".tuning");
    Files.move(tuning.file(), other);
    assertEquals(Map.of(), winners());
    assertEquals(List.of(), tuning.cases());
    tuning.put(List.of(found("b", "y")));
    assertTrue(Files.exists(other));
  }

  @Test
  void numbersOfAFileAreChecked() throws IOException {
    Tuning tuning = Tuning.of(emulator());
    for (String nanos : List.of("NaN", "-1", "x", "1e30")) {
      String line = "case\ta\ta\tstandard\t" + nanos + "\tx\t1.0";
      assertThrows(IllegalArgumentException.class, () -> TunedCase.parse(List.of(line)), nanos);
    }
    assertThrows(
        IllegalArgumentException.class, () -> TunedCase.parse(List.of("failed\tx\treason")));
    Files.write(tuning.file(), "something else\n".getBytes(StandardCharsets.UTF_8));
    assertRefused(tuning);
  }

  @Test
  void severalThatTuneAtOnceLoseNothing() {
    IntStream.range(0, 40)
        .parallel()
        .forEach(i -> Tuning.of(emulator()).put(List.of(found("case" + i, "x" + i))));
    assertEquals(40, winners().size());
  }

  @Test
  void thePlaceFollowsThePlatform() {
    Map<String, String> none = Map.of();
    assertEquals(Path.of("/d"), Tuning.directory("/d", Map.of("FASTVIT_TUNING", "/e"), "/h", "L"));
    assertEquals(Path.of("/e"), Tuning.directory(null, Map.of("FASTVIT_TUNING", "/e"), "/h", "L"));
    assertEquals(
        Path.of("/h/.cache/fastvit4j/tuning"), Tuning.directory(null, none, "/h", "Linux"));
    assertNull(Tuning.directory(null, Map.of("FASTVIT_TUNING", "none"), "/h", "Linux"));
    System.setProperty(Tuning.PROPERTY, "none");
    assertThrows(UserException.class, () -> Tuning.of(emulator()));
    assertThrows(UserException.class, () -> Tuning.of(Devices.named("cpu")));
    assertEquals(Map.of(), winners());
  }

  @Test
  void theEnvironmentIsOfTheKernelsToo() {
    String environment = Tuning.environment(((TornadoDevice) emulator()).handle());
    assertEquals(64, environment.length());
    assertEquals(environment, Tuning.environment(((TornadoDevice) emulator()).handle()));
  }
}
