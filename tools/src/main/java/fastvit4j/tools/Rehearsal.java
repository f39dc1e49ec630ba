package fastvit4j.tools;

import fastvit4j.kernels.cpu.CpuKernelsProvider;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import javax.imageio.ImageIO;

/**
 * What the launcher runs to make the JVM's ahead-of-time cache: {@code classify} with a network and
 * on pictures of its own, which loads the classes, and runs the loops, that the cache is to know.
 */
final class Rehearsal {
  /** Larger than the networks' inputs, as pictures are. */
  private static final int SIDE = 600;

  private Rehearsal() {}

  /** The argument is a folder for the files. */
  public static void main(String[] args) throws IOException {
    CpuKernelsProvider.warmUp();
    File weights = new File(args[0], "weights.safetensors");
    File jpeg = new File(args[0], "picture.jpg");
    File png = new File(args[0], "picture.png");
    BufferedImage picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    ImageIO.write(picture, "jpg", jpeg);
    ImageIO.write(picture, "png", png);
    // With attention too.
    run("synth", "--variant", "sa12", "--output", weights.getPath());
    run("classify", "--device", "cpu", jpeg.getPath(), png.getPath());
    run("classify", "--device", "cpu", "--weights", weights.getPath(), jpeg.getPath());
  }

  /** Runs a command; the JVM writes its cache when it ends by itself, and only then. */
  private static void run(String... command) {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    int status = Main.run(command, nowhere, nowhere);
    if (status != 0) {
      System.exit(status);
    }
  }
}
