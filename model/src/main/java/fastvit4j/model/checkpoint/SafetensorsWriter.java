package fastvit4j.model.checkpoint;

import fastvit4j.model.UserException;
import fastvit4j.model.io.AtomicFile;
import fastvit4j.model.io.Json;
import fastvit4j.model.io.MappedMemory;
import fastvit4j.model.tensor.DType;
import fastvit4j.model.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes safetensors files, whole or not at all, with the same bytes for the same tensors in
 * whatever order they come: wider element types first, then by name, as the format's own library
 * writes them. The header is padded with spaces, so that the data begins at a multiple of 8 bytes.
 */
public final class SafetensorsWriter {
  private static final int ALIGNMENT = 8;
  private static final int CHUNK = 1 << 16;

  private SafetensorsWriter() {}

  /**
   * Writes tensors in their own element types.
   *
   * @throws UserException if the file cannot be written
   */
  public static void write(Path target, Collection<Tensor> tensors, Map<String, String> metadata) {
    write(target, tensors.stream().map(t -> new Entry(t, t.dtype())).toList(), metadata);
  }

  /**
   * Writes tensors, those of floating-point numbers rounded to nearest (ties to even).
   *
   * @param floats F32, F16 or BF16
   * @throws UserException if the file cannot be written, or if a number is beyond the range of
   *     {@code floats}; the message names the tensor
   */
  public static void write(
      Path target, Collection<Tensor> tensors, Map<String, String> metadata, DType floats) {
    if (!floats.isFloat()) {
      throw new IllegalArgumentException(floats + " holds no floating-point numbers");
    }
    List<Entry> entries =
        tensors.stream().map(t -> new Entry(t, t.dtype().isFloat() ? floats : t.dtype())).toList();
    write(target, entries, metadata);
  }

  private record Entry(Tensor tensor, DType dtype) {
    long bytes() {
      return tensor.elements() * dtype.bytes();
    }
  }

  private static void write(Path target, List<Entry> unordered, Map<String, String> metadata) {
    List<Entry> entries =
        unordered.stream()
            .sorted(
                Comparator.comparingInt((Entry e) -> -e.dtype.bytes())
                    .thenComparing(e -> e.dtype)
                    .thenComparing(e -> e.tensor.name()))
            .toList();
    byte[] header = header(entries, metadata);
    AtomicFile.write(
        target,
        channel -> {
          ByteBuffer start =
              ByteBuffer.allocate(SafetensorsReader.PREFIX + header.length)
                  .order(ByteOrder.LITTLE_ENDIAN);
          AtomicFile.writeFully(channel, start.putLong(header.length).put(header).flip());
          ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
          for (Entry entry : entries) {
            writeData(target, channel, entry, chunk);
          }
        });
  }

  private static byte[] header(List<Entry> entries, Map<String, String> metadata) {
    Map<String, Object> json = new LinkedHashMap<>();
    if (!metadata.isEmpty()) {
      json.put(SafetensorsReader.METADATA, new TreeMap<>(metadata));
    }
    long begin = 0;
    for (Entry entry : entries) {
      long end = begin + entry.bytes();
      Map<String, Object> description = new LinkedHashMap<>();
      description.put("dtype", entry.dtype.name());
      description.put("shape", Arrays.stream(entry.tensor.shape()).boxed().toList());
      description.put("data_offsets", List.of(begin, end));
      String name = entry.tensor.name();
      if (name.equals(SafetensorsReader.METADATA) || json.put(name, description) != null) {
        throw new IllegalArgumentException("no file can have two tensors named " + name);
      }
      begin = end;
    }
    byte[] text = Json.write(json).getBytes(StandardCharsets.UTF_8);
    byte[] padded = Arrays.copyOf(text, Math.ceilDiv(text.length, ALIGNMENT) * ALIGNMENT);
    Arrays.fill(padded, text.length, padded.length, (byte) ' ');
    return padded;
  }

  private static void writeData(Path target, FileChannel channel, Entry entry, ByteBuffer chunk)
      throws IOException {
    Tensor tensor = entry.tensor;
    int perChunk = CHUNK / entry.dtype.bytes();
    for (long from = 0; from < tensor.elements(); from += perChunk) {
      long to = Math.min(from + perChunk, tensor.elements());
      chunk.clear();
      long first = from;
      MappedMemory.reading(
          () -> fill(target, entry, first, to, chunk), e -> changed(target, tensor, e));
      AtomicFile.writeFully(channel, chunk.flip());
    }
  }

  private static ByteBuffer fill(Path target, Entry entry, long from, long to, ByteBuffer chunk) {
    Tensor tensor = entry.tensor;
    if (tensor.dtype() == entry.dtype) {
      int width = entry.dtype.bytes();
      long bytes = (to - from) * width;
      MemorySegment.copy(tensor.data(), from * width, MemorySegment.ofBuffer(chunk), 0, bytes);
      chunk.position(Math.toIntExact(bytes));
      return chunk;
    }
    for (long i = from; i < to; i++) {
      if (!put(chunk, entry.dtype, tensor.getDouble(i))) {
        throw new CheckpointException(
            target.toString(),
            "is not written: tensor %s has %s, beyond the range of %s; write a wider type"
                .formatted(tensor.name(), tensor.getDouble(i), entry.dtype));
      }
    }
    return chunk;
  }

  private static CheckpointException changed(Path target, Tensor tensor, InternalError e) {
    return new CheckpointException(
        target.toString(),
        "is not written: the file that tensor %s comes from changed meanwhile; copy it again"
            .formatted(tensor.name()),
        e);
  }

  /** Whether the value, if finite, is finite in that type too. */
  private static boolean put(ByteBuffer chunk, DType dtype, double value) {
    double stored =
        switch (dtype) {
          case F64 -> {
            chunk.putDouble(value);
            yield value;
          }
          case F32 -> {
            chunk.putFloat((float) value);
            yield (float) value;
          }
          case F16 -> {
            short bits = Rounding.toFloat16(value);
            chunk.putShort(bits);
            yield Float.float16ToFloat(bits);
          }
          case BF16 -> {
            short bits = Rounding.toBFloat16(value);
            chunk.putShort(bits);
            yield Float.intBitsToFloat(bits << 16);
          }
          case I64, I32, U8 -> throw new IllegalArgumentException("not a float type: " + dtype);
        };
    return Double.isFinite(stored) || !Double.isFinite(value);
  }
}
