package fastvit4j.tools.onnx;

import java.util.stream.IntStream;

/** Attributes of ONNX nodes. */
final class Attribute {
  private Attribute() {}

  /** A whole number. */
  static ProtoMessage integer(String name, long value) {
    return named(name, OnnxSchema.Attribute.TYPE_INT).number(OnnxSchema.Attribute.I, value);
  }

  /** A float32 number. */
  static ProtoMessage real(String name, double value) {
    return named(name, OnnxSchema.Attribute.TYPE_FLOAT).real(OnnxSchema.Attribute.F, (float) value);
  }

  /** Whole numbers. */
  static ProtoMessage integers(String name, int... values) {
    ProtoMessage attribute = named(name, OnnxSchema.Attribute.TYPE_INTS);
    IntStream.of(values).forEach(value -> attribute.number(OnnxSchema.Attribute.INTS, value));
    return attribute;
  }

  private static ProtoMessage named(String name, int type) {
    return new ProtoMessage()
        .text(OnnxSchema.Attribute.NAME, name)
        .number(OnnxSchema.Attribute.TYPE, type);
  }
}
