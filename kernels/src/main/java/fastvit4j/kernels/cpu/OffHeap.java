package fastvit4j.kernels.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * All of memory as one segment, addressed absolutely. A kernel that checked the sizes of its
 * buffers once reads and writes through it: with a constant segment whose bounds are the whole
 * address space, the compiler folds the segment's own checks away.
 */
public final class OffHeap {
  /** All of memory. */
  @SuppressWarnings("restricted")
  public static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  /** A float of the machine's own byte order; not checked for alignment, which costs a test. */
  public static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  /**
   * The bits of an address, all that any machine has. {@code x & ADDRESS} is x itself in a form
   * from which the compiler sees that it is within {@link #MEMORY}, even with {@link #DISTANCE
   * distances} added; where it does not see that, a test precedes every access.
   */
  public static final long ADDRESS = (1L << 56) - 1;

  /** The bits of a distance, not below 0, between two addresses. */
  public static final long DISTANCE = (1L << 40) - 1;

  private OffHeap() {}

  /** {@code address & ADDRESS}. */
  public static long at(long address) {
    return address & ADDRESS;
  }

  /** The float at an address. */
  public static float get(long address) {
    return MEMORY.get(FLOAT, address);
  }

  /** Sets the float at an address. */
  public static void set(long address, float value) {
    MEMORY.set(FLOAT, address, value);
  }

  /** Copies {@code count} floats from an address into an array. */
  public static void load(long from, float[] to, int at, int count) {
    MemorySegment.copy(MEMORY, FLOAT, from, to, at, count);
  }

  /** Copies the first {@code count} floats of an array to an address. */
  public static void store(float[] from, long to, int count) {
    MemorySegment.copy(from, 0, MEMORY, FLOAT, to, count);
  }

  /** Copies bytes, which may overlap. */
  public static void copy(long from, long to, long bytes) {
    MemorySegment.copy(MEMORY, from, MEMORY, to, bytes);
  }

  /** Sets bytes to zero. */
  public static void clear(long address, long bytes) {
    MEMORY.asSlice(address, bytes).fill((byte) 0);
  }

  /** The next multiple of a cache line. */
  public static long aligned(long bytes) {
    return (bytes + 63) & -64;
  }

  /** The address of {@code floats} new zeros, aligned to a cache line, that live as the arena. */
  public static long allocate(Arena arena, long floats) {
    return arena.allocate(4 * Math.max(1, floats), 64).address();
  }

  /** The address of a new copy, at least {@code minimum} floats long and padded with zeros. */
  public static long copyOf(Arena arena, float[] values, int minimum) {
    long floats = Math.max(values.length, minimum);
    MemorySegment copy = arena.allocate(4 * Math.max(1, floats), 64);
    MemorySegment.copy(values, 0, copy, FLOAT, 0, values.length);
    return copy.address();
  }
}
