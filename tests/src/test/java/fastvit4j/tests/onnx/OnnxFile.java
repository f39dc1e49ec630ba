package fastvit4j.tests.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What stands in an ONNX file, read field by field.
 *
 * @param nodes the graph's nodes, in order
 * @param initializers names of its constants
 */
record OnnxFile(List<Node> nodes, Set<String> initializers) {
  private static final int MODEL_GRAPH = 7;
  private static final int GRAPH_NODE = 1;
  private static final int GRAPH_INITIALIZER = 5;
  private static final int NODE_INPUT = 1;
  private static final int NODE_NAME = 3;
  private static final int NODE_OP_TYPE = 4;
  private static final int TENSOR_NAME = 8;

  /**
   * A node.
   *
   * @param name its name
   * @param operator ONNX's operator
   * @param inputs names of the values that it reads
   */
  record Node(String name, String operator, List<String> inputs) {}

  /** Reads a model. */
  static OnnxFile parse(byte[] model) {
    List<Node> nodes = new ArrayList<>();
    Set<String> initializers = new LinkedHashSet<>();
    for (byte[] graph : fields(model, MODEL_GRAPH)) {
      for (byte[] node : fields(graph, GRAPH_NODE)) {
        nodes.add(
            new Node(
                texts(node, NODE_NAME).getFirst(),
                texts(node, NODE_OP_TYPE).getFirst(),
                texts(node, NODE_INPUT)));
      }
      for (byte[] tensor : fields(graph, GRAPH_INITIALIZER)) {
        initializers.add(texts(tensor, TENSOR_NAME).getFirst());
      }
    }
    return new OnnxFile(nodes, initializers);
  }

  /** How many nodes have this operator. */
  long count(String operator) {
    return nodes.stream().filter(node -> node.operator.equals(operator)).count();
  }

  private static List<String> texts(byte[] message, int field) {
    return fields(message, field).stream()
        .map(bytes -> new String(bytes, java.nio.charset.StandardCharsets.UTF_8))
        .toList();
  }

  private static List<byte[]> fields(byte[] message, int field) {
    List<byte[]> found = new ArrayList<>();
    try {
      CodedInputStream in = CodedInputStream.newInstance(message);
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        if (WireFormat.getTagFieldNumber(tag) == field
            && WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
          found.add(in.readByteArray());
        } else {
          in.skipField(tag);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }
}
