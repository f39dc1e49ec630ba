package fastvit4j.tests.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import fastvit4j.tests.conformance.ConformanceTest;
import fastvit4j.tests.conformance.DepthwiseKernelTest;
import fastvit4j.tests.conformance.DepthwiseRowsTest;
import fastvit4j.tests.conformance.FusedKernelTest;
import fastvit4j.tests.conformance.KernelConformanceTest;
import fastvit4j.tests.conformance.MixingKernelTest;
import fastvit4j.tests.conformance.PixelKernelTest;
import fastvit4j.tests.conformance.PointwiseKernelTest;
import fastvit4j.tests.conformance.PointwiseMmaTest;
import fastvit4j.tests.digits.Digits;
import fastvit4j.tests.digits.DigitsTest;
import fastvit4j.tests.golden.GoldenDeviceTest;
import fastvit4j.tests.launcher.Launcher;
import fastvit4j.tests.launcher.Launcher.Result;
import fastvit4j.tests.session.FusedSessionTest;
import fastvit4j.tests.session.LargeBatchTest;
import fastvit4j.tests.session.LifetimeTest;
import fastvit4j.tests.session.PictureSessionTest;
import fastvit4j.tests.session.StreamedSessionsTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The suites of devices on every TornadoVM device, where an SDK is installed: in a JVM that the
 * launcher's own command line starts. {@code -Dfastvit.tests.golden=all} runs all nine golden files
 * instead of three.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a shell script")
final class SdkSuitesTest {
  private static final String MAIN = " fastvit4j.tools.Main devices";
  private static final String GOLDEN =
      System.getProperty("fastvit.tests.golden", "t8_1x3x256,sa12_1x3x256,t8_2x3x224x320");
  private static final long PATIENCE_MINUTES = Long.getLong("fastvit.tests.minutes", 10);

  @TempDir private Path directory;
  private Launcher launcher;
  private String command;

  /** Skips the test where there is no SDK, or none that drives a device. */
  @BeforeEach
  void requireSdk() throws Exception {
    launcher =
        Launcher.distribution(directory)
            .with("FASTVIT_JAVA", Launcher.JDK)
            .with("HOME", System.getProperty("user.home"));
    String home = System.getenv("TORNADOVM_HOME");
    if (home != null) {
      launcher.with("TORNADOVM_HOME", home);
    }
    String devices = launcher.run("devices").out();
    assumeTrue(
        devices.contains("tornado:"),
        () -> "no TornadoVM device: " + devices.lines().toList().getLast().strip());
    System.out.println(
        "TornadoVM devices: " + devices.lines().filter(l -> l.startsWith("tornado:")).toList());
    command = launcher.run("--show-command", "devices").out().strip();
    assertTrue(command.endsWith(MAIN), command);
  }

  @Test
  void everyOperatorConforms() throws Exception {
    run(ConformanceTest.class);
  }

  @Test
  void goldenFilesPass() throws Exception {
    run(GoldenDeviceTest.class);
  }

  @Test
  void digitsAreRecognised() throws Exception {
    run(DigitsTest.class);
  }

  @Test
  void theTableOfKernelsIsRight() throws Exception {
    run(KernelChoicesTest.class);
  }

  /** On each device, in each precision that it has; the suite prints what ran where. */
  @Test
  void everyKernelStaysWithinItsArrays() throws Exception {
    run(KernelConformanceTest.class);
  }

  @Test
  void kernelsForGpusAreRight() throws Exception {
    run(
        PointwiseKernelTest.class,
        PointwiseMmaTest.class,
        DepthwiseKernelTest.class,
        DepthwiseRowsTest.class,
        FusedKernelTest.class,
        MixingKernelTest.class);
    run(FusedSessionTest.class);
  }

  @Test
  void largeBatchesGiveWhatImagesGiveAlone() throws Exception {
    run(LargeBatchTest.class);
  }

  @Test
  void picturesGoUpAsBytes() throws Exception {
    run(PixelKernelTest.class);
    run(PictureSessionTest.class);
  }

  @Test
  void sessionsLeaveNothingBehind() throws Exception {
    run(LifetimeTest.class);
  }

  @Test
  void sessionsRunBesideEachOther() throws Exception {
    run(StreamedSessionsTest.class);
  }

  /** The device gets memory for one session and a half. */
  @Test
  void oneStreamIsLeftWhereTwoDoNotFit() throws Exception {
    List<String> command = new ArrayList<>(List.of("classify", "--device", "tornado:opencl:0"));
    command.addAll(List.of("--batch", "2", "--streams"));
    List<String> pictures = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      try (Stream<Path> files = Files.list(Digits.PICTURES.resolve(Integer.toString(i)))) {
        pictures.add(files.sorted().findFirst().orElseThrow().toAbsolutePath().toString());
      }
    }
    Result one = classify(command, "1", pictures, "4GB");
    assertEquals(0, one.status(), one.err());
    Result two = classify(command, "2", pictures, "4GB");
    assertEquals(0, two.status(), two.err());
    assertFalse(two.err().contains("instead of"), two.err());
    assertEquals(one.out(), two.out());

    Result none = classify(command, "2", pictures, "1KB");
    Matcher needs = Pattern.compile(" needs (\\d+) bytes").matcher(none.err());
    assertTrue(needs.find(), none.err());
    assertEquals(1, none.status());
    long kilobytes = Long.parseLong(needs.group(1)) * 3 / 2 / 1024;
    Result left = classify(command, "2", pictures, kilobytes + "KB");
    assertEquals(0, left.status(), left.err());
    assertEquals(one.out(), left.out());
    List<String> said = left.err().lines().filter(line -> line.startsWith("fastvit: ")).toList();
    assertEquals(1, said.size(), left.err());
    assertTrue(said.getFirst().startsWith("fastvit: 1 stream instead of 2: "), left.err());
  }

  private Result classify(
      List<String> command, String streams, List<String> pictures, String memory) throws Exception {
    List<String> all = new ArrayList<>(command);
    all.add(streams);
    all.addAll(pictures);
    launcher.with("FASTVIT_OPTS", "-Dtornado.device.memory=" + memory);
    return launcher.run(all.toArray(String[]::new));
  }

  @Test
  void faultsAreSaid() throws Exception {
    run(DeviceFaultTest.class);
  }

  @Test
  void saysThatThereIsNoSuchDevice() throws Exception {
    refused("tornado:opencl:77", "did you mean tornado:opencl:0");
  }

  @Test
  void saysThatThereIsNoDriver() throws Exception {
    launcher.with("OCL_ICD_VENDORS", Files.createDirectory(directory.resolve("no drivers")));
    refused("tornado:opencl:0", "the SDK drives no device here");
    Result devices = launcher.run("devices");
    assertEquals(0, devices.status(), devices.err());
    assertTrue(devices.out().contains("the SDK drives no device here"), devices.out());
    assertTrue(devices.out().contains("cpu"), devices.out());
  }

  private void refused(String device, String reason) throws Exception {
    Result result = launcher.run("profile", "--variant", "t8", "--device", device);
    assertEquals(2, result.status(), result.err());
    List<String> lines =
        result.err().lines().filter(line -> !line.startsWith("WARNING: Using incubator")).toList();
    assertEquals(1, lines.size(), result.err());
    assertTrue(lines.getFirst().startsWith("fastvit: no device " + device + ": "), result.err());
    assertTrue(lines.getFirst().contains(reason), result.err());
  }

  private void run(Class<?>... suites) throws IOException, InterruptedException {
    String names = Arrays.stream(suites).map(Class::getName).collect(Collectors.joining(" "));
    String options =
        "-Xmx3g -XX:NativeMemoryTracking=summary -Dfastvit.tests.devices=tornado"
            + " -Dfastvit.tests.kernels="
            + System.getProperty("fastvit.tests.kernels", "")
            + " -Dfastvit.tests.golden="
            + GOLDEN;
    String java =
        command.replace(MAIN, " " + options + " " + SuiteRunner.class.getName() + " " + names);
    Path log = directory.resolve("log.txt");
    Process process =
        new ProcessBuilder("/bin/sh", "-c", "exec " + java)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    boolean ended = process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES);
    process.destroyForcibly().waitFor();
    List<String> lines = Files.readAllLines(log);
    lines.forEach(System.out::println);
    assertTrue(ended, () -> names + " took over " + PATIENCE_MINUTES + " minutes");
    assertEquals(0, process.exitValue(), () -> String.join("\n", lines));
    List<String> counts = lines.stream().filter(l -> l.startsWith(SuiteRunner.RESULT)).toList();
    assertEquals(1, counts.size(), counts::toString);
    assertTrue(counts.getFirst().matches("suite: [1-9][0-9]* 0"), counts::toString);
  }
}
