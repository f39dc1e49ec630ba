package fastvit4j.runtime.tornado;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * The host's side of what a device holds, in memory that goes when its owner is closed. What
 * TornadoVM allocates itself waits for the garbage collector, which sees small objects and has no
 * reason to run.
 */
final class HostArrays {
  private HostArrays() {}

  /** An array of zeros. */
  static FloatArray zeros(Arena arena, int elements) {
    return FloatArray.fromSegmentShallow(segment(arena, (long) Float.BYTES * elements));
  }

  /** Zeros behind room for an array's header. */
  static MemorySegment segment(Arena arena, long bytes) {
    return arena.allocate(TornadoNativeArray.ARRAY_HEADER + bytes, Long.BYTES);
  }

  /** A copy of the values. */
  static FloatArray of(Arena arena, float[] values) {
    FloatArray array = zeros(arena, values.length);
    array.getSegment().copyFrom(MemorySegment.ofArray(values));
    return array;
  }
}
