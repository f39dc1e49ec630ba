package uk.ac.manchester.tornado.api.types.arrays;

import fastvit4j.emulator.ShadowMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import uk.ac.manchester.tornado.api.types.HalfFloat;

/** Float16 numbers off the heap, behind a header of {@link #ARRAY_HEADER} bytes. */
public final class HalfFloatArray extends TornadoNativeArray {
  private static final int BYTES = 2;
  private static final ValueLayout.OfShort ELEMENT = ValueLayout.JAVA_SHORT;

  /** An array of zeros. */
  public HalfFloatArray(int numberOfElements) {
    super(numberOfElements, BYTES);
  }

  private HalfFloatArray(MemorySegment segmentWithHeader, ShadowMemory shadow) {
    super(segmentWithHeader, BYTES, shadow);
  }

  /** A copy of the values. */
  public static HalfFloatArray fromArray(HalfFloat[] values) {
    HalfFloatArray array = new HalfFloatArray(values.length);
    for (int i = 0; i < values.length; i++) {
      array.set(i, values[i]);
    }
    return array;
  }

  /** An array of the given values. */
  public static HalfFloatArray fromElements(HalfFloat... values) {
    return fromArray(values);
  }

  /** A copy of a segment without header. */
  public static HalfFloatArray fromSegment(MemorySegment segment) {
    HalfFloatArray array = new HalfFloatArray(elements(segment.byteSize(), BYTES));
    array.getSegment().copyFrom(segment);
    return array;
  }

  /** A view of a segment that begins with the header, which is filled in. */
  public static HalfFloatArray fromSegmentShallow(MemorySegment segment) {
    return new HalfFloatArray(segment, null);
  }

  @Override
  TornadoNativeArray view(MemorySegment segmentWithHeader, ShadowMemory shadow) {
    return new HalfFloatArray(segmentWithHeader, shadow);
  }

  /** The element at an index. */
  public HalfFloat get(int index) {
    checkRead(index);
    return new HalfFloat(segment.get(ELEMENT, offset(index, BYTES)));
  }

  /** Replaces the element at an index. */
  public void set(int index, HalfFloat value) {
    checkWrite(index);
    segment.set(ELEMENT, offset(index, BYTES), value.getHalfFloatValue());
  }

  /** Sets every element. */
  public void init(HalfFloat value) {
    for (int i = 0; i < size; i++) {
      set(i, value);
    }
  }

  /** A copy on the heap. */
  public HalfFloat[] toHeapArray() {
    HalfFloat[] values = new HalfFloat[size];
    for (int i = 0; i < size; i++) {
      values[i] = get(i);
    }
    return values;
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
