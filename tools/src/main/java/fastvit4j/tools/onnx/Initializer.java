package fastvit4j.tools.onnx;

import com.google.protobuf.CodedOutputStream;
import fastvit4j.model.tensor.DType;
import fastvit4j.model.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A constant of an ONNX graph: a tensor's elements as float32 (rounded to nearest), or whole
 * numbers as int64; row-major and little-endian.
 *
 * @param name unique in the graph
 * @param dimensions its extents
 * @param dataType the schema's number of the element type
 * @param data the elements
 */
record Initializer(String name, List<Integer> dimensions, int dataType, ProtoMessage.Bytes data) {
  private static final int CHUNK = 1 << 16;

  static Initializer of(String name, Tensor tensor, List<Integer> dimensions) {
    return new Initializer(
        name, dimensions, OnnxSchema.TensorData.DATA_TYPE_FLOAT, new Floats(tensor));
  }

  static Initializer of(String name, long... values) {
    ByteBuffer bytes = buffer(Long.BYTES * values.length);
    bytes.asLongBuffer().put(values);
    return new Initializer(
        name, List.of(values.length), OnnxSchema.TensorData.DATA_TYPE_INT64, new Constant(bytes));
  }

  static Initializer of(String name, float value) {
    return new Initializer(
        name,
        List.of(),
        OnnxSchema.TensorData.DATA_TYPE_FLOAT,
        new Constant(buffer(Float.BYTES).putFloat(0, value)));
  }

  /** A vector of one element. */
  static Initializer ofOne(String name, float value) {
    Initializer scalar = of(name, value);
    return new Initializer(name, List.of(1), scalar.dataType, scalar.data);
  }

  /** Whether it holds weights, which may stand elsewhere; what shapes depend on may not. */
  boolean isWeight() {
    return data instanceof Floats;
  }

  /** The message with the elements in it. */
  ProtoMessage inside() {
    return description().bytes(OnnxSchema.TensorData.RAW_DATA, data);
  }

  /** The message of which the elements stand in a file beside the model. */
  ProtoMessage outside(String file, long offset) {
    ProtoMessage message = description();
    entry(message, "location", file);
    entry(message, "offset", Long.toString(offset));
    entry(message, "length", Long.toString(data.size()));
    return message.number(
        OnnxSchema.TensorData.DATA_LOCATION, OnnxSchema.TensorData.LOCATION_EXTERNAL);
  }

  private static void entry(ProtoMessage message, String key, String value) {
    message.message(
        OnnxSchema.TensorData.EXTERNAL_DATA,
        new ProtoMessage().text(OnnxSchema.Entry.KEY, key).text(OnnxSchema.Entry.VALUE, value));
  }

  private ProtoMessage description() {
    ProtoMessage message = new ProtoMessage();
    dimensions.forEach(extent -> message.number(OnnxSchema.TensorData.DIMS, extent));
    return message
        .number(OnnxSchema.TensorData.DATA_TYPE, dataType)
        .text(OnnxSchema.TensorData.NAME, name);
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private record Constant(ByteBuffer bytes) implements ProtoMessage.Bytes {
    @Override
    public long size() {
      return bytes.capacity();
    }

    @Override
    public void write(CodedOutputStream out) throws IOException {
      out.write(bytes.duplicate().clear());
    }
  }

  private record Floats(Tensor tensor) implements ProtoMessage.Bytes {
    @Override
    public long size() {
      return Float.BYTES * tensor.elements();
    }

    @Override
    public void write(CodedOutputStream out) throws IOException {
      ByteBuffer chunk = buffer(CHUNK);
      int perChunk = CHUNK / Float.BYTES;
      for (long from = 0; from < tensor.elements(); from += perChunk) {
        int count = (int) Math.min(perChunk, tensor.elements() - from);
        fill(chunk.clear(), from, count);
        out.write(chunk.flip());
      }
    }

    private void fill(ByteBuffer chunk, long from, int count) {
      if (tensor.dtype() == DType.F32) {
        long bytes = (long) Float.BYTES * count;
        MemorySegment.copy(
            tensor.data(), Float.BYTES * from, MemorySegment.ofBuffer(chunk), 0, bytes);
        chunk.position((int) bytes);
        return;
      }
      for (int i = 0; i < count; i++) {
        chunk.putFloat(tensor.getFloat(from + i));
      }
    }
  }
}
