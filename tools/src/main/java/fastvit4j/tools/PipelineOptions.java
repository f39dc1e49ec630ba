package fastvit4j.tools;

import fastvit4j.runtime.Classifier;
import fastvit4j.tools.pipeline.Pipeline;
import picocli.CommandLine.Option;

/** How many pictures are decoded and computed at once. */
final class PipelineOptions {
  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "8",
      converter = Count.Positive.class,
      description = "Pictures computed at once, at most (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--decoders",
      paramLabel = "N",
      defaultValue = "0",
      converter = Count.NotNegative.class,
      description = "Threads that decode pictures, 0 for one a core (default: ${DEFAULT-VALUE}).")
  private int decoders;

  /** How many pictures to compute at once, where there are so many in all. */
  int batch(int pictures) {
    return Pipeline.batch(batch, pictures);
  }

  /** A pipeline into a classifier, which was opened for batches of this size. */
  Pipeline pipeline(Classifier classifier, int size) {
    return new Pipeline(classifier.session(), classifier.preprocessor(), size, decoders);
  }
}
