package uk.ac.manchester.tornado.api.types.arrays;

import fastvit4j.emulator.ShadowMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Bytes off the heap, behind a header of {@link #ARRAY_HEADER} bytes. */
public final class ByteArray extends TornadoNativeArray {
  private static final int BYTES = 1;
  private static final ValueLayout.OfByte ELEMENT = ValueLayout.JAVA_BYTE;

  /** An array of zeros. */
  public ByteArray(int numberOfElements) {
    super(numberOfElements, BYTES);
  }

  private ByteArray(MemorySegment segmentWithHeader, ShadowMemory shadow) {
    super(segmentWithHeader, BYTES, shadow);
  }

  /** A copy of the values. */
  public static ByteArray fromArray(byte[] values) {
    return fromSegment(MemorySegment.ofArray(values));
  }

  /** An array of the given values. */
  public static ByteArray fromElements(byte... values) {
    return fromArray(values);
  }

  /** A copy of a segment without header. */
  public static ByteArray fromSegment(MemorySegment segment) {
    ByteArray array = new ByteArray(elements(segment.byteSize(), BYTES));
    array.getSegment().copyFrom(segment);
    return array;
  }

  /** A view of a segment that begins with the header, which is filled in. */
  public static ByteArray fromSegmentShallow(MemorySegment segment) {
    return new ByteArray(segment, null);
  }

  @Override
  TornadoNativeArray view(MemorySegment segmentWithHeader, ShadowMemory shadow) {
    return new ByteArray(segmentWithHeader, shadow);
  }

  /** The element at an index. */
  public byte get(int index) {
    checkRead(index);
    return segment.get(ELEMENT, offset(index, BYTES));
  }

  /** Replaces the element at an index. */
  public void set(int index, byte value) {
    checkWrite(index);
    segment.set(ELEMENT, offset(index, BYTES), value);
  }

  /** Sets every element. */
  public void init(byte value) {
    for (int i = 0; i < size; i++) {
      set(i, value);
    }
  }

  /** A copy on the heap. */
  public byte[] toHeapArray() {
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
