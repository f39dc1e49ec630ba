package fastvit4j.tools.onnx;

import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A protobuf message to be written: its fields in the order in which they were added. Fields are
 * given by the numbers of the schema, see {@link OnnxSchema}, so that the build needs no protobuf
 * compiler.
 */
final class ProtoMessage {
  private final List<Field> fields = new ArrayList<>();

  /** Bytes that are made when they are written. */
  interface Bytes {
    /** How many. */
    long size();

    /** Writes as many. */
    void write(CodedOutputStream out) throws IOException;
  }

  private interface Field {
    long size();

    void write(CodedOutputStream out) throws IOException;
  }

  private interface Write {
    void to(CodedOutputStream out) throws IOException;
  }

  private record Scalar(long size, Write content) implements Field {
    @Override
    public void write(CodedOutputStream out) throws IOException {
      content.to(out);
    }
  }

  /** A field that begins with its length. */
  private record Delimited(int field, Bytes content) implements Field {
    @Override
    public long size() {
      long size = content.size();
      return CodedOutputStream.computeTagSize(field)
          + CodedOutputStream.computeUInt64SizeNoTag(size)
          + size;
    }

    @Override
    public void write(CodedOutputStream out) throws IOException {
      out.writeTag(field, OnnxSchema.LENGTH_DELIMITED);
      out.writeUInt64NoTag(content.size());
      content.write(out);
    }
  }

  /** A whole number, of type int64 or an enumeration. */
  ProtoMessage number(int field, long value) {
    fields.add(
        new Scalar(
            CodedOutputStream.computeInt64Size(field, value), out -> out.writeInt64(field, value)));
    return this;
  }

  /** A float32 number. */
  ProtoMessage real(int field, float value) {
    fields.add(
        new Scalar(
            CodedOutputStream.computeFloatSize(field, value), out -> out.writeFloat(field, value)));
    return this;
  }

  /** A text. */
  ProtoMessage text(int field, String value) {
    fields.add(
        new Scalar(
            CodedOutputStream.computeStringSize(field, value),
            out -> out.writeString(field, value)));
    return this;
  }

  /** Bytes. */
  ProtoMessage bytes(int field, Bytes bytes) {
    fields.add(new Delimited(field, bytes));
    return this;
  }

  /** A message inside this one; it may still grow. */
  ProtoMessage message(int field, ProtoMessage message) {
    return bytes(field, message.asBytes());
  }

  /** The length of the encoded message. */
  long size() {
    return fields.stream().mapToLong(Field::size).sum();
  }

  /** Writes the encoded message. */
  void write(CodedOutputStream out) throws IOException {
    for (Field field : fields) {
      field.write(out);
    }
  }

  private Bytes asBytes() {
    return new Bytes() {
      @Override
      public long size() {
        return ProtoMessage.this.size();
      }

      @Override
      public void write(CodedOutputStream out) throws IOException {
        ProtoMessage.this.write(out);
      }
    };
  }
}
