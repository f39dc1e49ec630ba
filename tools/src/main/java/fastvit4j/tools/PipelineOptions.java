package fastvit4j.tools;

import fastvit4j.model.Model;
import fastvit4j.runtime.Classifier;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.Session;
import fastvit4j.tools.pipeline.Pipeline;
import fastvit4j.tools.pipeline.Streams;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** How many pictures are decoded and computed at once. */
final class PipelineOptions {
  /**
   * Another session is opened for work that takes so many times what opening the first took: two
   * save half of it at most, and while one is opened the other hardly runs.
   */
  private static final double WORTH = 2;

  @Option(
      names = "--batch",
      paramLabel = "N",
      converter = Count.Positive.class,
      description = "Pictures computed at once, at most (default: ${DEFAULT-VALUE}).")
  private int batch = 8;

  @Option(
      names = "--streams",
      paramLabel = "N",
      converter = Count.NotNegative.class,
      description =
          "Batches that the device has at once, at most, each with weights and buffers of its own"
              + " in its memory; 0 for 2 on a GPU, once there are enough pictures, and else 1"
              + " (default: ${DEFAULT-VALUE}).")
  private int streams;

  @Option(
      names = "--decoders",
      paramLabel = "N",
      converter = Count.NotNegative.class,
      description = "Threads that decode pictures, 0 for one a core (default: ${DEFAULT-VALUE}).")
  private int decoders;

  /**
   * Opens a classifier and a pipeline into it.
   *
   * @param pictures how many there are, for batches that are about equally full
   * @param terminal where a bar is drawn while it compiles
   */
  ClassifierPipeline open(Model network, DeviceOptions on, int pictures, Terminal terminal) {
    int size = Pipeline.batch(batch, pictures);
    Device device = on.device();
    CompileProgress progress = new CompileProgress(terminal);
    try {
      long start = System.nanoTime();
      Classifier classifier = Classifier.open(network, device, size, on.threads(), progress);
      double seconds = (System.nanoTime() - start) / 1e9;
      Supplier<Session> another =
          () -> Classifier.open(network, device, size, on.threads()).session();
      Streams all =
          streams == 0
              ? new Streams(classifier.session(), device.streams(), WORTH * seconds, another)
              : new Streams(classifier.session(), streams, 0, another);
      return new ClassifierPipeline(
          classifier, new Pipeline(all, classifier.preprocessor(), size, decoders), progress);
    } catch (RuntimeException | Error e) {
      progress.close();
      throw e;
    }
  }
}
