package fastvit4j.tests.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.tests.launcher.Launcher.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher takes a TornadoVM SDK where its devices may be wanted, and says in one line why it
 * does not take one that it found. The SDKs here have an SDK's files, but no TornadoVM in them:
 * what is looked at is the command line that the launcher makes.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a shell script")
class SdkLauncherTest {
  private static final int JDK = Runtime.version().feature();
  private static final String THIS_JDK = "5.2.0-jdk" + JDK;
  private static final String DEVICE = "--device=tornado:opencl:0";

  @TempDir private Path directory;
  private Launcher launcher;

  @BeforeEach
  void distribution() throws IOException {
    launcher =
        Launcher.distribution(directory.resolve("a distribution"))
            .with("FASTVIT_JAVA", Launcher.JDK);
  }

  /** The files of an SDK that the launcher reads. */
  private static Path sdk(Path folder, String version) throws IOException {
    Launcher.executable(folder.resolve("bin/tornado"), "#!/bin/sh\nexit 99\n");
    Files.createDirectories(folder.resolve("lib"));
    Path jars = Files.createDirectories(folder.resolve("share/java/tornado"));
    Files.createFile(jars.resolve("tornado-api-" + version + ".jar"));
    Files.createFile(jars.resolve("tornado-runtime-" + version + ".jar"));
    Files.createFile(jars.resolve("ejml-core-0.38.jar"));
    Files.writeString(
        folder.resolve("tornado-argfile"),
        "-Djava.library.path=%s/lib\n--module-path .:%s\n".formatted(folder, jars));
    return folder;
  }

  private String command(String... arguments) throws Exception {
    Result result = shown(arguments);
    assertEquals("", result.err());
    return result.out();
  }

  private Result shown(String... arguments) throws Exception {
    String[] all = new String[arguments.length + 1];
    all[0] = "--show-command";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    Result result = launcher.run(all);
    assertEquals(0, result.status(), result.err());
    return result;
  }

  @Test
  void takesTheArgumentFileOfTheSdk() throws Exception {
    Path sdk = sdk(directory.resolve("sdk"), THIS_JDK);
    launcher.with("TORNADOVM_HOME", sdk);
    String command = command("classify", DEVICE, "picture.png");
    assertTrue(command.contains(" @" + sdk + "/tornado-argfile --module-path "), command);
    assertTrue(command.contains("/tornado-api-" + THIS_JDK + ".jar:"), command);
    assertTrue(command.contains(" -Dtornado.recover.bailout=False "), command);
    assertFalse(command.contains("ejml"), command);
    assertFalse(command.contains("emulator"), command);
    assertFalse(command.contains("SerialGC"), command);
  }

  @Test
  void takesTheSdkOfABundleWhereverItStands() throws Exception {
    Path made = sdk(directory.resolve("made"), THIS_JDK);
    Files.createDirectories(made.resolve("share/java/graalJars"));
    // What has the absolute paths of another place, as in an archive unpacked by hand.
    Files.move(made.resolve("tornado-argfile"), made.resolve("tornado-argfile.template"));
    Path room = Files.createDirectories(launcher.root().resolve("sdk"));
    Path sdk = Files.move(made, room.resolve("tornadovm-5.2.0"));
    launcher.with("TORNADOVM_HOME", sdk(directory.resolve("other"), THIS_JDK));
    assertFalse(command("devices").contains("tornadovm-5.2.0"), "this is no bundle yet");

    Files.createSymbolicLink(launcher.root().resolve("runtime"), Launcher.JDK);
    String command = command("classify", DEVICE, "picture.png");
    assertTrue(command.contains(sdk + "/tornado-argfile.template"), command);
    assertTrue(command.contains("-Djava.library.path=" + sdk + "/lib"), command);
    assertTrue(command.contains(sdk + "/share/java/graalJars"), command);
    assertFalse(command.contains("other"), command);

    Files.delete(sdk.resolve("share/java/graalJars"));
    Result result = launcher.run("devices");
    assertTrue(result.out().contains("is incomplete, it has no share/java/graalJars"));
  }

  @Test
  void takesTheCurrentOneOfSdkman() throws Exception {
    Path candidates =
        Files.createDirectories(launcher.root().resolve(".sdkman/candidates/tornadovm"));
    sdk(candidates.resolve(THIS_JDK), THIS_JDK);
    Files.createSymbolicLink(candidates.resolve("current"), Path.of(THIS_JDK));
    String command = command("devices");
    assertTrue(command.contains("candidates/tornadovm/current/tornado-argfile"), command);
  }

  @Test
  void goesOnWithTheDevicesOfABenchmark() throws Exception {
    launcher.with("TORNADOVM_HOME", sdk(directory.resolve("sdk"), THIS_JDK));
    Path gpu = directory.resolve("g p u.json");
    Files.writeString(gpu, "{ \"device\" : \"cpu\" }, { \"device\" : \"tornado:opencl:0\" }");
    Path cpu = Files.writeString(directory.resolve("cpu.json"), "{ \"device\" : \"cpu\" }");
    assertTrue(command("bench", "--resume", gpu.toString()).contains("tornado-argfile"));
    assertTrue(command("bench", "--resume=" + gpu).contains("tornado-argfile"));
    assertFalse(command("bench", "--resume", cpu.toString()).contains("tornado-argfile"));
    // What is not there is for the program to tell.
    assertFalse(command("bench", "--resume", "none.json").contains("tornado-argfile"));
  }

  @Test
  void paysForTheSdkOnlyWhereItsDevicesMayBeWanted() throws Exception {
    launcher.with("TORNADOVM_HOME", sdk(directory.resolve("sdk"), THIS_JDK));
    for (List<String> without :
        List.of(
            List.<String>of(),
            List.of("--help"),
            List.of("models"),
            List.of("inspect", "tornado"),
            List.of("classify", "--device", "cpu", "picture.png"),
            List.of("classify", "--device=emulator", "picture.png"),
            List.of("profile", DEVICE, "--help"))) {
      String command = command(without.toArray(String[]::new));
      assertFalse(command.contains("tornado-argfile"), command);
      assertTrue(command.contains("/lib/emulator/*"), command);
    }
    for (List<String> with :
        List.of(
            List.of("devices"),
            List.of("verify", "--device", "tornado:cuda:1"),
            List.of("profile", "--variant", "t8", DEVICE))) {
      String command = command(with.toArray(String[]::new));
      assertTrue(command.contains("tornado-argfile"), command);
    }
  }

  @Test
  void takesTheSdkForAutoWhereThereIsAGpu() throws Exception {
    launcher.with("TORNADOVM_HOME", sdk(directory.resolve("sdk"), THIS_JDK));
    for (String device : List.of("--threads=1", "--device=auto")) {
      launcher.with("FASTVIT_GPU", "yes");
      assertTrue(command("classify", device).contains("tornado-argfile"), device);
      launcher.with("FASTVIT_GPU", "no");
      assertFalse(command("classify", device).contains("tornado-argfile"), device);
    }
  }

  @Test
  void saysThatThePathIsWrong() throws Exception {
    refused(directory.resolve("missing"), "is not a folder");
    refused(Files.createDirectories(directory.resolve("empty")), "is no TornadoVM SDK");
  }

  @Test
  void saysWhatIsMissingInTheSdk() throws Exception {
    Path noArgumentFile = sdk(directory.resolve("sdk1"), THIS_JDK);
    Files.delete(noArgumentFile.resolve("tornado-argfile"));
    refused(noArgumentFile, "bin/tornado --generate-argfile");

    Path noJars = sdk(directory.resolve("sdk2"), THIS_JDK);
    Files.delete(noJars.resolve("share/java/tornado/tornado-api-" + THIS_JDK + ".jar"));
    refused(noJars, "has no tornado-api jar");

    Path noLibraries = sdk(directory.resolve("sdk3"), THIS_JDK);
    Files.delete(noLibraries.resolve("lib"));
    refused(noLibraries, "names " + noLibraries.resolve("lib") + ", which is not there");

    Path moved = directory.resolve("elsewhere");
    Files.move(sdk(directory.resolve("sdk4"), THIS_JDK), moved);
    refused(moved, "was moved");
  }

  @Test
  void saysThatTheSdkIsForAnotherJdk() throws Exception {
    refused(
        sdk(directory.resolve("sdk"), "5.2.0-jdk21"),
        "is built for JDK 21, but this is JDK " + JDK);
  }

  /** Refused where a device of it is asked for; said and passed over where any device will do. */
  private void refused(Path sdk, String reason) throws Exception {
    launcher.with("TORNADOVM_HOME", sdk).with("FASTVIT_GPU", "yes");
    Result named = launcher.run("profile", "--variant", "t8", DEVICE);
    assertEquals(2, named.status(), named.err());
    assertEquals(1, named.err().lines().count(), named.err());
    assertTrue(named.err().startsWith("fastvit: no device tornado:opencl:0: "), named.err());
    assertTrue(named.err().contains(reason), named.err());

    Result devices = launcher.run("devices");
    assertEquals(0, devices.status(), devices.err());
    assertTrue(devices.out().contains(reason), devices.out());
    assertTrue(devices.out().contains("cpu"), devices.out());

    Result auto = shown("classify");
    assertFalse(auto.out().contains(" @"), auto.out());
    assertTrue(auto.err().startsWith("fastvit: no GPU is used: "), auto.err());
    assertTrue(auto.err().contains(reason), auto.err());
    assertEquals(1, auto.err().lines().count(), auto.err());
  }

  @Test
  void warnsOfAVersionThatWasNotTested() throws Exception {
    for (String version : List.of("6.0.0", "7.1.0-jdk" + JDK)) {
      launcher.with("TORNADOVM_HOME", sdk(directory.resolve(version), version));
      Result result = shown("devices");
      assertTrue(result.out().contains("tornado-argfile"), result.out());
      assertEquals(1, result.err().lines().count(), result.err());
      assertTrue(
          result.err().startsWith("fastvit: TornadoVM " + version.split("-")[0] + " in "),
          result.err());
    }
  }

  @Test
  void saysHowToInstallAnSdkWhereThereIsNone() throws Exception {
    Result result = launcher.run("devices");
    assertEquals(0, result.status(), result.err());
    assertTrue(result.out().contains("sdk install tornadovm"), result.out());
    assertTrue(result.out().contains("https://www.tornadovm.org"), result.out());
  }
}
