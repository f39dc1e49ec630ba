package fastvit4j.runtime;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.operator.Shape;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/**
 * What a session must be able to do.
 *
 * @param input the shape to be ready for: batch, height, width, 3
 * @param outputs names of the graph's outputs that a run returns
 * @param threads cores to use at most, 0 for all
 */
public record SessionOptions(Shape input, SequencedSet<String> outputs, int threads) {
  /** Copies the outputs. */
  public SessionOptions {
    outputs = Collections.unmodifiableSequencedSet(new LinkedHashSet<>(outputs));
    if (outputs.isEmpty()) {
      throw new IllegalArgumentException("a session must have an output");
    }
    if (threads < 0) {
      throw new IllegalArgumentException("threads must be 0 (all) or more, not " + threads);
    }
  }

  /** Logits alone, all cores. */
  public static SessionOptions of(Shape input) {
    return new SessionOptions(input, new LinkedHashSet<>(List.of(Graph.LOGITS)), 0);
  }

  /** The same with other outputs. */
  public SessionOptions withOutputs(SequencedSet<String> names) {
    return new SessionOptions(input, names, threads);
  }

  /** The same with at most {@code count} threads, 0 for all cores. */
  public SessionOptions withThreads(int count) {
    return new SessionOptions(input, outputs, count);
  }
}
