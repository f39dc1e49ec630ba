package fastvit4j.tests.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.tests.launcher.Launcher.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The archive runs where there is no Java: with an empty environment, moved to another place. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a shell script")
@TestInstance(Lifecycle.PER_CLASS)
class BundleTest {
  private static final long LARGEST = 60L << 20;

  @TempDir static Path directory;
  private Launcher distribution;
  private Path archive;
  private Launcher bundle;

  @BeforeAll
  void make() throws Exception {
    distribution =
        Launcher.packed(directory.resolve("a distribution")).with("FASTVIT_JAVA", Launcher.JDK);
    archive = directory.resolve("small.tar.gz");
    succeeds(distribution.run("bundle", "-o", archive.toString()));
    Path place = Files.createDirectories(directory.resolve("another place"));
    Launcher shell = Launcher.unpacked(place);
    succeeds(shell.run(List.of("tar", "xzf", archive.toString(), "-C", place.toString())));
    bundle = Launcher.unpacked(place.resolve("small"));
  }

  private static Result succeeds(Result result) {
    assertEquals(0, result.status(), result.err());
    assertEquals("", result.err());
    return result;
  }

  private static void refused(Result result, String reason) {
    assertEquals(2, result.status(), result.err());
    assertEquals(1, result.err().lines().count(), result.err());
    assertTrue(result.err().startsWith("fastvit: "), result.err());
    assertTrue(result.err().contains(reason), result.err());
    assertEquals("", result.out());
  }

  @Test
  void isSmall() throws IOException {
    assertTrue(Files.size(archive) < LARGEST, Files.size(archive) + " bytes");
  }

  @Test
  void runsOnItsOwnJava() throws Exception {
    Result version = succeeds(bundle.run("--version"));
    Path runtime = bundle.root().toRealPath().resolve("runtime");
    assertTrue(version.out().contains(runtime.toString()), version.out());
    Result devices = succeeds(bundle.run("devices"));
    assertTrue(devices.out().contains("cpu "), devices.out());
    assertTrue(devices.out().contains("-bit vectors"), devices.out());
    assertTrue(devices.out().contains("emulator "), devices.out());
  }

  @Test
  void prefersItsOwnJavaToThatOfTheMachine() throws Exception {
    Path other = Launcher.jdkThatFails(directory.resolve("other"), "25");
    succeeds(Launcher.unpacked(bundle.root()).with("JAVA_HOME", other).run("--version"));
  }

  @Test
  void computes() throws Exception {
    Path here = Path.of("").toAbsolutePath();
    Path picture =
        Stream.of(here, here.getParent())
            .map(folder -> folder.resolve("tools/samples/digits/7/0081.png"))
            .filter(Files::isRegularFile)
            .findFirst()
            .orElseThrow();
    Result first = bundle.run("classify", "--device=cpu", picture.toString());
    assertTrue(first.err().contains("preparing quick starts"), first.err());
    Result classified = succeeds(bundle.run("classify", "--device=cpu", picture.toString()));
    assertEquals(first.out(), classified.out());
    String best = classified.out().lines().skip(1).findFirst().orElseThrow();
    assertTrue(best.endsWith("%  7"), classified.out());
    Result profile = succeeds(bundle.run("profile", "--device=cpu", "--variant=t8", "--runs=1"));
    assertFalse(profile.out().isEmpty());
  }

  /** What the archive is carried to another machine for. */
  @Test
  void verifiesAndMeasures() throws Exception {
    Result verified = succeeds(bundle.run("verify", "--device=cpu", "--model=t8"));
    assertTrue(
        verified.out().lines().anyMatch(l -> l.matches("fused operators .* ok")), verified.out());
    Result kernels =
        succeeds(
            bundle.run(
                "kernels",
                "bench",
                "pointwise:out=32+gelu",
                "--shape=1x8x8x32",
                "--seconds=0",
                "--device=cpu"));
    assertTrue(
        kernels.out().lines().anyMatch(l -> l.matches("cpu \\* +[\\d.]+ .*%.*")), kernels.out());
    Path results = directory.resolve("results.json");
    succeeds(
        bundle.run(
            "bench",
            "--device=cpu",
            "--model=digits",
            "--size=64",
            "--runs=1",
            "--warm-up=1",
            "--json",
            results.toString()));
    assertTrue(Files.readString(results).contains("\"status\": \"measured\""));
  }

  @Test
  void hasNoToolToMakeAnotherBundleWith() throws Exception {
    Path target = directory.resolve("second.tar.gz");
    refused(bundle.run("bundle", "-o", target.toString()), "has no jlink");
    assertFalse(Files.exists(target));
  }

  @Test
  void leavesNothingWhereItCannotWrite() throws Exception {
    Path missing = directory.resolve("missing");
    refused(
        distribution.run("bundle", "-o", missing.resolve("x.tar.gz").toString()),
        "there is no directory");
    assertFalse(Files.exists(missing));
  }
}
