package fastvit4j.tools.onnx;

/**
 * The numbers of <a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">onnx.proto</a>
 * that are used here: a class for each message, a constant for each field.
 */
final class OnnxSchema {
  /** The version of the file format that came with operator set 20. */
  static final int IR_VERSION = 9;

  /** The first operator set with the exact GELU; ONNX Runtime has it since 1.17. */
  static final int OPERATOR_SET = 20;

  /** Protobuf's wire type of texts, bytes and messages. */
  static final int LENGTH_DELIMITED = 2;

  private OnnxSchema() {}

  static final class Model {
    static final int IR_VERSION = 1;
    static final int PRODUCER_NAME = 2;
    static final int PRODUCER_VERSION = 3;
    static final int GRAPH = 7;
    static final int OPSET_IMPORT = 8;
    static final int METADATA_PROPS = 14;

    private Model() {}
  }

  static final class OperatorSetId {
    static final int DOMAIN = 1;
    static final int VERSION = 2;

    private OperatorSetId() {}
  }

  static final class Entry {
    static final int KEY = 1;
    static final int VALUE = 2;

    private Entry() {}
  }

  static final class Graph {
    static final int NODE = 1;
    static final int NAME = 2;
    static final int INITIALIZER = 5;
    static final int INPUT = 11;
    static final int OUTPUT = 12;

    private Graph() {}
  }

  static final class Node {
    static final int INPUT = 1;
    static final int OUTPUT = 2;
    static final int NAME = 3;
    static final int OP_TYPE = 4;
    static final int ATTRIBUTE = 5;

    private Node() {}
  }

  static final class Attribute {
    static final int NAME = 1;
    static final int F = 2;
    static final int I = 3;
    static final int INTS = 8;
    static final int TYPE = 20;

    static final int TYPE_FLOAT = 1;
    static final int TYPE_INT = 2;
    static final int TYPE_INTS = 7;

    private Attribute() {}
  }

  static final class TensorData {
    static final int DIMS = 1;
    static final int DATA_TYPE = 2;
    static final int NAME = 8;
    static final int RAW_DATA = 9;
    static final int EXTERNAL_DATA = 13;
    static final int DATA_LOCATION = 14;

    static final int DATA_TYPE_FLOAT = 1;
    static final int DATA_TYPE_INT64 = 7;
    static final int LOCATION_EXTERNAL = 1;

    private TensorData() {}
  }

  static final class ValueInfo {
    static final int NAME = 1;
    static final int TYPE = 2;

    private ValueInfo() {}
  }

  static final class Type {
    static final int TENSOR_TYPE = 1;

    private Type() {}
  }

  static final class TensorType {
    static final int ELEM_TYPE = 1;
    static final int SHAPE = 2;

    private TensorType() {}
  }

  static final class TensorShape {
    static final int DIM = 1;

    private TensorShape() {}
  }

  static final class Dimension {
    static final int DIM_VALUE = 1;
    static final int DIM_PARAM = 2;

    private Dimension() {}
  }
}
