package fastvit4j.runtime.tornado;

import fastvit4j.runtime.Precision;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * The host's side of what a device holds, in memory that goes when its owner is closed. What
 * TornadoVM allocates itself waits for the garbage collector, which sees small objects and has no
 * reason to run.
 */
final class HostArrays {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private HostArrays() {}

  /** An array of zeros. */
  static FloatArray zeros(Arena arena, int elements) {
    return FloatArray.fromSegmentShallow(segment(arena, (long) Float.BYTES * elements));
  }

  /** An array of zeros of either precision. */
  static TornadoNativeArray zeros(Arena arena, int elements, Precision precision) {
    return switch (precision) {
      case FLOAT32 -> zeros(arena, elements);
      case FLOAT16 ->
          HalfFloatArray.fromSegmentShallow(segment(arena, (long) precision.bytes() * elements));
    };
  }

  /** Zeros behind room for an array's header. */
  static MemorySegment segment(Arena arena, long bytes) {
    return arena.allocate(TornadoNativeArray.ARRAY_HEADER + bytes, Long.BYTES);
  }

  /** Copies an array's first elements, as many as there is room for, as float32. */
  static void read(TornadoNativeArray array, MemorySegment to) {
    if (array instanceof HalfFloatArray halves) {
      for (int i = 0; i < to.byteSize() / Float.BYTES; i++) {
        to.setAtIndex(FLOAT, i, halves.get(i).getFloat32());
      }
    } else {
      MemorySegment.copy(array.getSegment(), 0, to, 0, to.byteSize());
    }
  }

  /** Sets an array's first elements, from float32 or bytes. */
  static void write(MemorySegment from, TornadoNativeArray array) {
    if (array instanceof HalfFloatArray halves) {
      for (int i = 0; i < from.byteSize() / Float.BYTES; i++) {
        halves.set(i, new HalfFloat(from.getAtIndex(FLOAT, i)));
      }
    } else {
      MemorySegment.copy(from, 0, array.getSegment(), 0, from.byteSize());
    }
  }

  /** A copy of the values. */
  static FloatArray of(Arena arena, float[] values) {
    FloatArray array = zeros(arena, values.length);
    array.getSegment().copyFrom(MemorySegment.ofArray(values));
    return array;
  }
}
