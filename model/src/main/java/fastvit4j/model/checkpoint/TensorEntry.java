package fastvit4j.model.checkpoint;

import static fastvit4j.model.checkpoint.SafetensorsReader.damaged;

import fastvit4j.model.io.Json;
import fastvit4j.model.io.Text;
import fastvit4j.model.tensor.DType;
import fastvit4j.model.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * What a safetensors header says of one tensor.
 *
 * @param begin of its bytes, counted from the end of the header
 * @param end of its bytes, exclusive
 */
record TensorEntry(String name, DType dtype, List<Integer> shape, long begin, long end) {
  private static final int MAX_RANK = 16;

  /** Reads a header's entry; checks that its bytes are as many as its shape and type say. */
  static TensorEntry parse(String file, String name, Object json) {
    if (!(json instanceof Map<?, ?> entry)) {
      throw bad(file, name, "is not described by a JSON object");
    }
    DType dtype = dtype(file, name, entry.get("dtype"));
    List<Integer> shape = shape(file, name, entry.get("shape"));
    if (!(entry.get("data_offsets") instanceof List<?> offsets)
        || offsets.size() != 2
        || !(offsets.get(0) instanceof Long begin)
        || !(offsets.get(1) instanceof Long end)
        || begin < 0
        || end < begin) {
      throw bad(file, name, "has no data_offsets that begin and end within the file");
    }
    long bytes = bytes(file, name, dtype, shape);
    if (end - begin != bytes) {
      throw bad(
          file,
          name,
          "has %d bytes, but %s %s takes %d".formatted(end - begin, dtype, shape, bytes));
    }
    return new TensorEntry(name, dtype, shape, begin, end);
  }

  /** Checks that the entries, in some order, fill the data without overlap, gap or rest. */
  static void requireTiling(String file, Collection<TensorEntry> entries, long size) {
    // Not a composed comparator, which makes classes at its first use: a short command waits here.
    Comparator<TensorEntry> byPlace =
        (a, b) -> a.begin == b.begin ? Long.compare(a.end, b.end) : Long.compare(a.begin, b.begin);
    long filled = 0;
    for (TensorEntry entry : entries.stream().sorted(byPlace).toList()) {
      if (entry.begin != filled) {
        String fault = entry.begin < filled ? "overlaps another tensor" : "leaves a gap before it";
        throw bad(file, entry.name, "%s at byte %d".formatted(fault, entry.begin));
      }
      if (entry.end > size) {
        throw bad(
            file,
            entry.name,
            "ends at byte %d of the data, which has only %d".formatted(entry.end, size));
      }
      filled = entry.end;
    }
    if (filled != size) {
      throw damaged(file, (size - filled) + " bytes after its last tensor belong to none");
    }
  }

  /** The tensor in the data that follows the header. */
  Tensor tensor(MemorySegment data) {
    int[] extents = shape.stream().mapToInt(Integer::intValue).toArray();
    return Tensor.of(name, dtype, extents, data.asSlice(begin, end - begin));
  }

  private static DType dtype(String file, String name, Object json) {
    for (DType dtype : DType.values()) {
      if (dtype.name().equals(json)) {
        return dtype;
      }
    }
    if (json instanceof String other) {
      throw new CheckpointException(
          file,
          "tensor %s has the type %s, which is not supported; store it as one of %s"
              .formatted(Text.quote(name), Text.quote(other), Arrays.toString(DType.values())));
    }
    throw bad(file, name, "has no dtype");
  }

  private static List<Integer> shape(String file, String name, Object json) {
    if (!(json instanceof List<?> extents) || extents.size() > MAX_RANK) {
      throw bad(file, name, "has no shape, or one of more than " + MAX_RANK + " dimensions");
    }
    List<Integer> shape = new ArrayList<>();
    for (Object extent : extents) {
      shape.add(
          Json.asInt(extent)
              .filter(size -> size >= 0)
              .orElseThrow(() -> bad(file, name, "has an extent that is no size")));
    }
    return shape;
  }

  private static long bytes(String file, String name, DType dtype, List<Integer> shape) {
    try {
      long bytes = dtype.bytes();
      for (int extent : shape) {
        bytes = Math.multiplyExact(bytes, (long) extent);
      }
      return bytes;
    } catch (ArithmeticException e) {
      throw bad(file, name, "has a shape larger than any file: " + shape);
    }
  }

  private static CheckpointException bad(String file, String name, String what) {
    return damaged(file, "tensor " + Text.quote(name) + " " + what);
  }
}
