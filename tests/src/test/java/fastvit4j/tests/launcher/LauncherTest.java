package fastvit4j.tests.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.tests.launcher.Launcher.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The launcher finds what it needs, says what it does not find, and builds only what is stale. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a shell script")
class LauncherTest {
  @TempDir private Path directory;

  private Launcher distribution() throws IOException {
    return Launcher.distribution(directory.resolve("a distribution"));
  }

  private Launcher withJdk() throws IOException {
    return distribution().with("FASTVIT_JAVA", Launcher.JDK);
  }

  private static void assertVersion(Result result) {
    assertEquals(0, result.status(), result.err());
    assertTrue(result.out().contains("Java " + Runtime.version()), result.out());
    assertEquals("", result.err());
  }

  @Test
  void passesOverAnOldJavaOnThePath() throws Exception {
    Path old = Launcher.jdkThatFails(directory.resolve("jdk-17"), "17.0.15");
    Path jdks = Files.createDirectories(directory.resolve("jdks"));
    Files.createSymbolicLink(jdks.resolve("ancient"), old);
    Files.createSymbolicLink(jdks.resolve("good"), Launcher.JDK);
    Launcher.jdkThatFails(jdks.resolve("far-future"), "99");
    Launcher.jdkThatFails(jdks.resolve("jdk8"), "1.8.0_452");
    assertVersion(
        distribution()
            .with("PATH", old.resolve("bin") + ":/usr/bin:/bin")
            .with("JAVA_HOME", old)
            .with("FASTVIT_JDK_FOLDERS", jdks)
            .run("--version"));
  }

  @Test
  void prefersTheJdkThatItIsGiven() throws Exception {
    Path other = Launcher.jdkThatFails(directory.resolve("jdk-26"), "26");
    assertEquals(99, distribution().with("JAVA_HOME", other).run("--version").status());
    assertVersion(withJdk().with("JAVA_HOME", other).run("--version"));
    assertVersion(
        distribution().with("FASTVIT_JAVA", Launcher.JDK.resolve("bin/java")).run("--version"));
  }

  @Test
  void worksThroughLinksAndFromElsewhere() throws Exception {
    Launcher launcher = withJdk();
    Path elsewhere = Files.createDirectories(directory.resolve("elsewhere"));
    Path first = Files.createSymbolicLink(elsewhere.resolve("first"), launcher.script());
    Path second = Files.createSymbolicLink(elsewhere.resolve("second"), first.getFileName());
    assertVersion(launcher.from(elsewhere).run("--version"));
    assertVersion(launcher.as(second).from(launcher.root()).run("--version"));
    assertVersion(launcher.as(second.getFileName()).from(elsewhere).run("--version"));
  }

  @Test
  void saysWhenThereIsNoJdk() throws Exception {
    Path bin = Files.createDirectories(directory.resolve("bin"));
    Result result = distribution().with("PATH", bin).run("--version");
    assertEquals(2, result.status());
    assertEquals(1, result.err().lines().count(), result.err());
    assertTrue(result.err().startsWith("fastvit: no JDK of 25 or later"), result.err());
    assertTrue(result.err().contains("FASTVIT_JAVA"), result.err());
  }

  @Test
  void saysWhenTheGivenJdkIsNone() throws Exception {
    Path old = Launcher.jdkThatFails(directory.resolve("jdk-17"), "17.0.15");
    for (Path wrong : List.of(old, directory.resolve("missing"))) {
      Result result = distribution().with("FASTVIT_JAVA", wrong).run("--version");
      assertEquals(2, result.status());
      assertTrue(result.err().contains(wrong.toString()), result.err());
      assertEquals(1, result.err().lines().count(), result.err());
    }
  }

  @Test
  void printsACommandThatDoesTheSame() throws Exception {
    Launcher launcher = withJdk();
    Result shown = launcher.run("--show-command", "inspect", "it's a file");
    assertEquals(0, shown.status());
    assertTrue(shown.out().contains("--add-modules=jdk.incubator.vector"), shown.out());
    Result result = launcher.run(List.of("/bin/sh", "-c", shown.out()));
    assertEquals(2, result.status());
    assertTrue(result.err().contains("it's a file"), result.err());
  }

  @Test
  void keepsStandardErrorToOneLine() throws Exception {
    Result result = withJdk().run("inspect", "no such file");
    assertEquals(2, result.status());
    assertEquals(1, result.err().lines().count(), result.err());
    assertTrue(result.err().startsWith("fastvit: no such file"), result.err());
  }

  @Test
  void letsTheJvmSpeakWhereItWasGivenOptions() throws Exception {
    Result result = withJdk().with("FASTVIT_OPTS", "-XX:NoSuchOption").run("--version");
    assertEquals(1, result.status());
    assertTrue((result.out() + result.err()).contains("NoSuchOption"), result.err());
  }

  @Test
  void saysWhenTheDistributionIsIncomplete() throws Exception {
    Launcher launcher = withJdk();
    Files.delete(launcher.root().resolve("lib/fastvit4j-tools.jar"));
    Result result = launcher.run("--version");
    assertEquals(2, result.status());
    assertTrue(result.err().contains("lib/fastvit4j-tools.jar is missing"), result.err());
  }

  @Test
  void buildsWhenASourceIsNewer() throws Exception {
    Launcher launcher =
        Launcher.sourceTree(directory.resolve("tree")).with("FASTVIT_JAVA", Launcher.JDK);
    Path calls = directory.resolve("calls");
    Path bin = directory.resolve("bin");
    Launcher.executable(
        bin.resolve("mvn"),
        "#!/bin/sh\necho \"$@\" >> '%s'\ntouch -t 210001010000 tools/target/lib/built\n"
            .formatted(calls));
    launcher.with("PATH", bin + ":/usr/bin:/bin");
    touch(launcher.root().resolve("tools/target/lib/built"), Instant.now().plusSeconds(60));
    assertVersion(launcher.run("--version"));
    assertFalse(Files.exists(calls), "built although nothing changed");

    touch(launcher.root().resolve("tools/src/main/Source.java"), Instant.now().plusSeconds(120));
    Result result = launcher.run("--version");
    assertEquals(0, result.status(), result.err());
    assertEquals(1, result.err().lines().count(), result.err());
    assertTrue(result.err().contains("building"), result.err());
    assertEquals(1, Files.readAllLines(calls).size());

    assertVersion(launcher.run("--version"));
    assertEquals(1, Files.readAllLines(calls).size());
  }

  @Test
  void saysWhenTheBuildFails() throws Exception {
    Launcher launcher =
        Launcher.sourceTree(directory.resolve("tree")).with("FASTVIT_JAVA", Launcher.JDK);
    Path bin = directory.resolve("bin");
    Launcher.executable(bin.resolve("mvn"), "#!/bin/sh\necho a reason\nexit 1\n");
    launcher.with("PATH", bin + ":/usr/bin:/bin");
    touch(launcher.root().resolve("pom.xml"), Instant.now().plusSeconds(60));
    Result result = launcher.run("--version");
    assertEquals(1, result.status());
    String last = result.err().lines().toList().getLast();
    Path log = launcher.root().resolve("target/fastvit-build.log").toRealPath();
    assertEquals("fastvit: the build failed: see " + log, last);
    assertEquals("a reason", Files.readString(log).strip());
    assertFalse(Files.exists(launcher.root().resolve("target/fastvit.lock")));
  }

  private static void touch(Path file, Instant time) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(time));
  }
}
