package uk.ac.manchester.tornado.api.types.arrays;

import fastvit4j.emulator.ApiAccess;
import fastvit4j.emulator.ShadowMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/**
 * An array that devices can hold: a header with the number of elements, then the elements.
 *
 * <p>On the host an array only checks its bounds. What a kernel of the emulator is given is another
 * instance of the same class, a view of the device's copy, whose every access is checked against
 * shadow memory.
 */
public abstract sealed class TornadoNativeArray
    permits ByteArray, FloatArray, HalfFloatArray, Int8Array, IntArray {
  /** Bytes in front of the first element. */
  public static final long ARRAY_HEADER = Long.getLong("tornado.panama.objectHeader", 16L);

  static {
    ApiAccess.deviceViews((array, segment, shadow) -> array.view(segment, shadow));
  }

  final MemorySegment segment;
  final int size;
  private final ShadowMemory shadow;

  TornadoNativeArray(int size, int elementSize) {
    this(Arena.ofAuto().allocate(ARRAY_HEADER + (long) size * elementSize, 8), elementSize, null);
  }

  TornadoNativeArray(MemorySegment segment, int elementSize, ShadowMemory shadow) {
    this.segment = segment;
    this.size = elements(segment.byteSize() - ARRAY_HEADER, elementSize);
    this.shadow = shadow;
    segment.set(ValueLayout.JAVA_INT, 0, size);
  }

  static int elements(long bytes, int elementSize) {
    if (bytes < 0 || bytes % elementSize != 0) {
      throw new IllegalArgumentException(
          bytes + " bytes are not a whole number of elements of " + elementSize + " bytes");
    }
    return Math.toIntExact(bytes / elementSize);
  }

  static long offset(int index, int elementSize) {
    return ARRAY_HEADER + (long) index * elementSize;
  }

  final void checkRead(int index) {
    if (shadow == null) {
      Objects.checkIndex(index, size);
    } else {
      shadow.read(index);
    }
  }

  final void checkWrite(int index) {
    if (shadow == null) {
      Objects.checkIndex(index, size);
    } else {
      shadow.write(index);
    }
  }

  final MemorySegment elements() {
    return segment.asSlice(ARRAY_HEADER);
  }

  /** An array of the same class over another segment. */
  abstract TornadoNativeArray view(MemorySegment segmentWithHeader, ShadowMemory shadow);

  /** Number of elements. */
  public abstract int getSize();

  /** Bytes of an element. */
  public abstract int getElementSize();

  /** The elements, without the header. */
  public abstract MemorySegment getSegment();

  /** Header and elements. */
  public abstract MemorySegment getSegmentWithHeader();

  /** Bytes of all elements. */
  public abstract long getNumBytesOfSegment();

  /** Bytes of header and elements. */
  public abstract long getNumBytesOfSegmentWithHeader();
}
