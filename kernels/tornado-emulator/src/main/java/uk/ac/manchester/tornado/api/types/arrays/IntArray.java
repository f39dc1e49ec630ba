package uk.ac.manchester.tornado.api.types.arrays;

import fastvit4j.emulator.ShadowMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** 32-bit integers off the heap, behind a header of {@link #ARRAY_HEADER} bytes. */
public final class IntArray extends TornadoNativeArray {
  private static final int BYTES = 4;
  private static final ValueLayout.OfInt ELEMENT = ValueLayout.JAVA_INT;

  /** An array of zeros. */
  public IntArray(int numberOfElements) {
    super(numberOfElements, BYTES);
  }

  private IntArray(MemorySegment segmentWithHeader, ShadowMemory shadow) {
    super(segmentWithHeader, BYTES, shadow);
  }

  /** A copy of the values. */
  public static IntArray fromArray(int[] values) {
    return fromSegment(MemorySegment.ofArray(values));
  }

  /** An array of the given values. */
  public static IntArray fromElements(int... values) {
    return fromArray(values);
  }

  /** A copy of a segment without header. */
  public static IntArray fromSegment(MemorySegment segment) {
    IntArray array = new IntArray(elements(segment.byteSize(), BYTES));
    array.getSegment().copyFrom(segment);
    return array;
  }

  /** A view of a segment that begins with the header, which is filled in. */
  public static IntArray fromSegmentShallow(MemorySegment segment) {
    return new IntArray(segment, null);
  }

  @Override
  TornadoNativeArray view(MemorySegment segmentWithHeader, ShadowMemory shadow) {
    return new IntArray(segmentWithHeader, shadow);
  }

  /** The element at an index. */
  public int get(int index) {
    checkRead(index);
    return segment.get(ELEMENT, offset(index, BYTES));
  }

  /** Replaces the element at an index. */
  public void set(int index, int value) {
    checkWrite(index);
    segment.set(ELEMENT, offset(index, BYTES), value);
  }

  /** Sets every element. */
  public void init(int value) {
    for (int i = 0; i < size; i++) {
      set(i, value);
    }
  }

  /** A copy on the heap. */
  public int[] toHeapArray() {
    return getSegment().toArray(ELEMENT);
  }

  @Override
  public int getSize() {
    return size;
  }

  @Override
  public int getElementSize() {
    return BYTES;
  }

  @Override
  public MemorySegment getSegment() {
    return elements();
  }

  @Override
  public MemorySegment getSegmentWithHeader() {
    return segment;
  }

  @Override
  public long getNumBytesOfSegment() {
    return segment.byteSize() - ARRAY_HEADER;
  }

  @Override
  public long getNumBytesOfSegmentWithHeader() {
    return segment.byteSize();
  }
}
