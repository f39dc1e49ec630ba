package fastvit4j.tools;

import fastvit4j.runtime.Classifier;
import fastvit4j.tools.pipeline.Pipeline;

/**
 * A classifier and a pipeline into it.
 *
 * @param classifier for batches of the pipeline's size
 * @param pipeline to be closed before the classifier
 * @param progress shows when the classifier compiles
 */
record ClassifierPipeline(Classifier classifier, Pipeline pipeline, CompileProgress progress)
    implements AutoCloseable {
  @Override
  public void close() {
    try (progress;
        classifier;
        pipeline) {
      // In the reverse order, whatever comes of each.
    }
  }
}
