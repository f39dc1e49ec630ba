package fastvit4j.tools.onnx;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.operator.Shape;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/**
 * What an exported model is to be.
 *
 * @param input the input's channels, and its height and width unless any will do; the batch is
 *     always free
 * @param anySize whether height and width are free too
 * @param outputs names of the graph's outputs that the model has
 * @param largestFile bytes of weights up to which they stand in the model's own file; protobuf
 *     itself allows less than 2 GiB
 */
public record OnnxOptions(
    Shape input, boolean anySize, SequencedSet<String> outputs, long largestFile) {
  /** Leaves room for names and nodes below protobuf's 2 GiB. */
  private static final long LARGEST_FILE = Integer.MAX_VALUE - (64L << 20);

  /** Copies the outputs. */
  public OnnxOptions {
    outputs = Collections.unmodifiableSequencedSet(new LinkedHashSet<>(outputs));
    if (outputs.isEmpty() || largestFile > LARGEST_FILE) {
      throw new IllegalArgumentException("no model of " + outputs + " in " + largestFile);
    }
  }

  /** Logits alone, of inputs of this height and width. */
  public static OnnxOptions of(Shape input) {
    return new OnnxOptions(input, false, new LinkedHashSet<>(List.of(Graph.LOGITS)), LARGEST_FILE);
  }

  /** The same with other outputs. */
  public OnnxOptions withOutputs(SequencedSet<String> names) {
    return new OnnxOptions(input, anySize, names, largestFile);
  }

  /** The same for inputs of any height and width. */
  public OnnxOptions withAnySize() {
    return new OnnxOptions(input, true, outputs, largestFile);
  }

  /** The same with the weights in a file of their own where they are more bytes than this. */
  public OnnxOptions withLargestFile(long bytes) {
    return new OnnxOptions(input, anySize, outputs, bytes);
  }
}
