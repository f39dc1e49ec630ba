package uk.ac.manchester.tornado.api.types.arrays;

import fastvit4j.emulator.ShadowMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Float32 numbers off the heap, behind a header of {@link #ARRAY_HEADER} bytes. */
public final class FloatArray extends TornadoNativeArray {
  private static final int BYTES = 4;
  private static final ValueLayout.OfFloat ELEMENT = ValueLayout.JAVA_FLOAT;

  /** An array of zeros. */
  public FloatArray(int numberOfElements) {
    super(numberOfElements, BYTES);
  }

  private FloatArray(MemorySegment segmentWithHeader, ShadowMemory shadow) {
    super(segmentWithHeader, BYTES, shadow);
  }

  /** A copy of the values. */
  public static FloatArray fromArray(float[] values) {
    return fromSegment(MemorySegment.ofArray(values));
  }

  /** An array of the given values. */
  public static FloatArray fromElements(float... values) {
    return fromArray(values);
  }

  /** A copy of a segment without header. */
  public static FloatArray fromSegment(MemorySegment segment) {
    FloatArray array = new FloatArray(elements(segment.byteSize(), BYTES));
    array.getSegment().copyFrom(segment);
    return array;
  }

  /** A view of a segment that begins with the header, which is filled in. */
  public static FloatArray fromSegmentShallow(MemorySegment segment) {
    return new FloatArray(segment, null);
  }

  @Override
  TornadoNativeArray view(MemorySegment segmentWithHeader, ShadowMemory shadow) {
    return new FloatArray(segmentWithHeader, shadow);
  }

  /** The element at an index. */
  public float get(int index) {
    checkRead(index);
    return segment.get(ELEMENT, offset(index, BYTES));
  }

  /** Replaces the element at an index. */
  public void set(int index, float value) {
    checkWrite(index);
    segment.set(ELEMENT, offset(index, BYTES), value);
  }

  /** Sets every element. */
  public void init(float value) {
    for (int i = 0; i < size; i++) {
      set(i, value);
    }
  }

  /** A copy on the heap. */
  public float[] toHeapArray() {
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
