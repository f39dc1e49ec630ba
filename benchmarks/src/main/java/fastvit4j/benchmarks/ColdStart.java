package fastvit4j.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import fastvit4j.model.ImageNetLabels;
import fastvit4j.model.UserException;
import fastvit4j.model.fastvit.Variant;
import fastvit4j.tools.Main;
import fastvit4j.tools.bench.Statistics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * From the start of a process to the answer for one picture: {@code fastvit classify}, as a user
 * starts it, beside {@link OnnxClassify}. The two kinds of process alternate, after some of each
 * that do not count, so that all files are in the page cache.
 */
final class ColdStart implements AutoCloseable {
  private static final int WARM_UPS = 3;
  private static final int WIDTH = 500;
  private static final int HEIGHT = 375;

  /** What is compared of two processes. */
  enum Measure {
    WALL_MS(TimedProcess::wallMs),
    CPU_MS(TimedProcess::cpuMs),
    PEAK_MIB(TimedProcess::peakMib);

    private final ToDoubleFunction<TimedProcess> value;

    Measure(ToDoubleFunction<TimedProcess> value) {
      this.value = value;
    }

    /** Its name in a row. */
    String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Path launcher;
  private final int runs;
  private final Path folder;
  private final Path picture;
  private final Path labels;
  private final OnnxProcess peer;

  /**
   * Prepares what does not depend on the network.
   *
   * @param launcher the script that users start
   * @param runs processes of each kind that count
   */
  ColdStart(Path launcher, int runs) {
    this.launcher = launcher.toAbsolutePath();
    this.runs = runs;
    try {
      folder = Files.createTempDirectory("fastvit-cold");
      picture = folder.resolve("picture.jpg");
      labels = folder.resolve("labels.txt");
      Files.write(labels, ImageNetLabels.labels().names());
      writePicture();
      peer = new OnnxProcess(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("no temporary files: " + e.getMessage(), e);
    }
  }

  /**
   * Checks that a launcher can be started.
   *
   * @throws UserException if not
   */
  static void requireLauncher(Path launcher) {
    if (!Files.isExecutable(launcher)) {
      throw new UserException(
          launcher + " cannot be started: name the script fastvit by --launcher");
    }
  }

  /**
   * Measures a variant with synthetic weights, which ONNX Runtime always has with everything
   * folded.
   *
   * @param folded whether our checkpoint is folded too, or of the train form, as most published
   *     ones are
   * @return a row of results
   * @throws IllegalStateException if the two do not answer the same
   */
  Map<String, Object> measure(Variant variant, boolean folded) {
    String name = variant.name().toLowerCase(Locale.ROOT);
    Path train = folder.resolve(name + "-train.safetensors");
    Path inference = folder.resolve(name + "-inference.safetensors");
    Path onnx = folder.resolve(name + ".onnx");
    if (!Files.exists(onnx)) {
      prepare("synth", "--variant", name, "--output", train.toString());
      prepare("reparam", train.toString(), "--output", inference.toString());
      prepare("export", "--weights", inference.toString(), "--onnx", onnx.toString());
    }
    List<String> ours =
        List.of(
            launcher.toString(),
            "classify",
            "--device",
            "cpu",
            "--weights",
            (folded ? inference : train).toString(),
            picture.toString());
    List<String> theirs = peer.command(variant, onnx, labels, picture);
    List<TimedProcess> our = new ArrayList<>();
    List<TimedProcess> their = new ArrayList<>();
    for (int run = -WARM_UPS; run < runs; run++) {
      TimedProcess one = TimedProcess.run(folder, ours);
      TimedProcess other = TimedProcess.run(folder, theirs);
      requireSame(one.output(), other.output());
      if (run >= 0) {
        our.add(one);
        their.add(other);
      }
    }
    return row(our, their);
  }

  private static Map<String, Object> row(List<TimedProcess> ours, List<TimedProcess> theirs) {
    Map<String, Object> row = new LinkedHashMap<>();
    for (Measure measure : Measure.values()) {
      double[] our = ours.stream().mapToDouble(measure.value).toArray();
      double[] their = theirs.stream().mapToDouble(measure.value).toArray();
      double[] ratio = new double[our.length];
      Arrays.setAll(ratio, i -> our[i] / their[i]);
      Map<String, Object> found = new LinkedHashMap<>();
      found.put("ours", quartiles(our));
      found.put("onnx_runtime", quartiles(their));
      found.put("ratio", quartiles(ratio));
      row.put(measure.key(), found);
    }
    return row;
  }

  /** The three quartiles; the middle one is the median. */
  private static List<Double> quartiles(double[] values) {
    Statistics statistics = Statistics.of(values);
    return List.of(statistics.quartile(), statistics.median(), statistics.upperQuartile());
  }

  /** Compares the labels; the percentages may be rounded differently. */
  private static void requireSame(String ours, String theirs) {
    String our = label(ours);
    String their = label(theirs);
    if (!our.equals(their)) {
      throw new IllegalStateException("fastvit says " + our + ", ONNX Runtime " + their);
    }
  }

  private static String label(String output) {
    String[] lines = output.split("\n");
    return lines.length < 2 ? "nothing" : lines[1].substring(lines[1].indexOf('%') + 1).strip();
  }

  /** Runs a command of ours in this process; what it prints is of no interest. */
  private static void prepare(String... command) {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, UTF_8);
    int status = Main.run(command, nowhere, System.err);
    if (status != 0) {
      throw new IllegalStateException(String.join(" ", command) + " ended with status " + status);
    }
  }

  /** Smooth noise: a file of the size that a photograph of as many pixels has. */
  private void writePicture() throws IOException {
    Random random = new Random(1);
    BufferedImage small = new BufferedImage(WIDTH / 10, HEIGHT / 10, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < small.getWidth() * small.getHeight(); i++) {
      small.setRGB(i % small.getWidth(), i / small.getWidth(), random.nextInt(1 << 24));
    }
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    graphics.drawImage(small, 0, 0, WIDTH, HEIGHT, null);
    graphics.dispose();
    ImageIO.write(image, "jpg", picture.toFile());
  }

  /** Deletes the files. */
  @Override
  public void close() {
    try (Stream<Path> below = Files.walk(folder)) {
      for (Path file : below.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " stays: delete it", e);
    }
  }
}
