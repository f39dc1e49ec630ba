package fastvit4j.model.checkpoint;

import fastvit4j.model.io.Json;
import fastvit4j.model.io.JsonFormatException;
import fastvit4j.model.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Reads the safetensors format, strictly.
 *
 * <pre>
 *   +----------------+---------------------+--------------------------------------------+
 *   | N: 8 bytes, LE | header: N bytes     | data                                       |
 *   |                | JSON object, UTF-8  | tensors, back to back, row-major, LE       |
 *   +----------------+---------------------+--------------------------------------------+
 *   header: {"__metadata__": {text: text, ...},
 *            name: {"dtype": "F32", "shape": [64, 3, 3, 3], "data_offsets": [begin, end]}, ...}
 * </pre>
 *
 * <p>Every byte of the data belongs to exactly one tensor; the header has at most {@value
 * #MAX_HEADER} bytes.
 */
final class SafetensorsReader {
  static final String FORMAT = "safetensors";
  static final String METADATA = "__metadata__";
  static final int MAX_HEADER = 100_000_000;
  static final int PREFIX = 8;

  /** What stands in a text where its bytes were no UTF-8, or for itself. */
  private static final char REPLACEMENT = '\ufffd';

  private SafetensorsReader() {}

  /**
   * Reads a file that lies in memory.
   *
   * @param file its name for messages
   * @throws CheckpointException if anything is not as the format says
   */
  static TensorFile read(String file, MemorySegment bytes, Runnable closer) {
    return FileMapping.reading(file, () -> readMapped(file, bytes, closer));
  }

  private static TensorFile readMapped(String file, MemorySegment bytes, Runnable closer) {
    long header = headerLength(file, bytes);
    Map<String, Object> json = parse(file, bytes.asSlice(PREFIX, header));
    MemorySegment data = bytes.asSlice(PREFIX + header);
    SequencedMap<String, String> metadata = metadata(file, json.remove(METADATA));
    SequencedMap<String, TensorEntry> entries = new LinkedHashMap<>();
    json.forEach((name, value) -> entries.put(name, TensorEntry.parse(file, name, value)));
    TensorEntry.requireTiling(file, entries.values(), data.byteSize());
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    entries.forEach((name, entry) -> tensors.put(name, entry.tensor(data)));
    return new TensorFile(file, FORMAT, tensors, metadata, closer);
  }

  private static long headerLength(String file, MemorySegment bytes) {
    long size = bytes.byteSize();
    if (size == 0) {
      throw new CheckpointException(file, "is empty; copy or download it again");
    }
    if (size < PREFIX) {
      throw unreadable(file, bytes, "it has only " + size + " bytes");
    }
    // Not by a layout, whose first use makes classes: a short command waits here.
    ByteBuffer start = bytes.asSlice(0, Math.min(size, PREFIX + 1)).asByteBuffer();
    long length = start.order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    if (length < 0 || length > MAX_HEADER) {
      String claimed = Long.toUnsignedString(length);
      throw unreadable(
          file,
          bytes,
          "it claims a header of %s bytes, more than %d".formatted(claimed, MAX_HEADER));
    }
    if (length > size - PREFIX) {
      throw unreadable(
          file,
          bytes,
          "its header of %d bytes goes past its end at %d bytes".formatted(length, size));
    }
    if (length == 0 || start.get(PREFIX) != '{') {
      throw unreadable(file, bytes, "its header is not a JSON object");
    }
    return length;
  }

  /**
   * A start of a file that no safetensors file has: damage, or another format altogether. (Asked
   * only then, because a header's length may look like another format's signature.)
   */
  private static CheckpointException unreadable(String file, MemorySegment bytes, String fault) {
    return FileKind.of(bytes)
        .map(
            kind ->
                new CheckpointException(
                    file, "is not in the safetensors format but " + kind + "; name another file"))
        .orElseGet(() -> damaged(file, fault));
  }

  private static Map<String, Object> parse(String file, MemorySegment header) {
    try {
      return Json.parseObject(utf8(header.toArray(ValueLayout.JAVA_BYTE)));
    } catch (CharacterCodingException e) {
      throw damaged(file, "its header is not UTF-8", e);
    } catch (JsonFormatException e) {
      throw damaged(file, "its header is not the JSON that it should be: " + e.getMessage(), e);
    }
  }

  /** The text, by code of the JVM's own; only what it may have had to mend is decoded strictly. */
  private static String utf8(byte[] bytes) throws CharacterCodingException {
    String text = new String(bytes, StandardCharsets.UTF_8);
    return text.indexOf(REPLACEMENT) < 0
        ? text
        : StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }

  private static SequencedMap<String, String> metadata(String file, Object json) {
    SequencedMap<String, String> metadata = new LinkedHashMap<>();
    if (json == null) {
      return metadata;
    }
    if (!(json instanceof Map<?, ?> map)) {
      throw damaged(file, "its " + METADATA + " is not a JSON object");
    }
    map.forEach(
        (key, value) -> {
          if (!(value instanceof String text)) {
            throw damaged(file, "its " + METADATA + " has something other than texts");
          }
          metadata.put((String) key, text);
        });
    return metadata;
  }

  static CheckpointException damaged(String file, String how) {
    return damaged(file, how, null);
  }

  private static CheckpointException damaged(String file, String how, Throwable cause) {
    return new CheckpointException(
        file, "is no intact safetensors file: " + how + "; copy or download it again", cause);
  }
}
