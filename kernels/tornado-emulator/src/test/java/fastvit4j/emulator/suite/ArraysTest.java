package fastvit4j.emulator.suite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.ByteArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.Int8Array;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/** Arrays on the host. */
class ArraysTest {
  @Test
  void copies() {
    float[] values = {1, 2, 3};
    FloatArray array = FloatArray.fromArray(values);
    values[0] = 9;
    assertArrayEquals(new float[] {1, 2, 3}, array.toHeapArray());
    MemorySegment segment = MemorySegment.ofArray(new int[] {4, 5});
    IntArray ints = IntArray.fromSegment(segment);
    segment.set(ValueLayout.JAVA_INT, 0, 9);
    assertArrayEquals(new int[] {4, 5}, ints.toHeapArray());
    assertArrayEquals(new byte[] {6, 7}, ByteArray.fromArray(new byte[] {6, 7}).toHeapArray());
    assertArrayEquals(
        new byte[] {-6, 7}, Int8Array.fromElements((byte) -6, (byte) 7).toHeapArray());
    HalfFloatArray halves = HalfFloatArray.fromElements(new HalfFloat(0.1f), new HalfFloat(2));
    assertEquals(2, halves.toHeapArray()[1].getFloat32());
    // float16 has 11 significant bits.
    assertEquals(0.1f, halves.get(0).getFloat32(), 0.1f * 0x1p-11f);
  }

  @Test
  void viewsShareTheirSegment() {
    try (Arena arena = Arena.ofConfined()) {
      long header = TornadoNativeArray.ARRAY_HEADER;
      MemorySegment segment = arena.allocate(header + 3 * Float.BYTES, 8);
      FloatArray view = FloatArray.fromSegmentShallow(segment);
      view.set(2, 7);
      assertEquals(3, view.getSize());
      assertEquals(3, segment.get(ValueLayout.JAVA_INT, 0), "the header has the size");
      assertEquals(7, segment.get(ValueLayout.JAVA_FLOAT, header + 2 * Float.BYTES));
      assertEquals(segment.address(), view.getSegmentWithHeader().address());
      assertEquals(segment.address() + header, view.getSegment().address());
    }
  }

  @Test
  void sizes() {
    HalfFloatArray array = new HalfFloatArray(5);
    assertEquals(5, array.getSize());
    assertEquals(2, array.getElementSize());
    assertEquals(10, array.getNumBytesOfSegment());
    assertEquals(10 + TornadoNativeArray.ARRAY_HEADER, array.getNumBytesOfSegmentWithHeader());
    assertThrows(
        IllegalArgumentException.class,
        () -> FloatArray.fromSegment(MemorySegment.ofArray(new byte[7])));
    assertThrows(
        IllegalArgumentException.class,
        () -> FloatArray.fromSegmentShallow(MemorySegment.ofArray(new byte[8])));
  }

  @Test
  void bounds() {
    FloatArray array = new FloatArray(4);
    assertEquals(0, array.get(3));
    assertThrows(IndexOutOfBoundsException.class, () -> array.get(4));
    assertThrows(IndexOutOfBoundsException.class, () -> array.get(-1));
    assertThrows(IndexOutOfBoundsException.class, () -> array.set(-1, 0));
    array.init(3);
    assertArrayEquals(new float[] {3, 3, 3, 3}, array.toHeapArray());
  }

  @Test
  void halves() {
    HalfFloat three = new HalfFloat(3);
    HalfFloat two = new HalfFloat(new HalfFloat(2).getHalfFloatValue());
    assertEquals(5, HalfFloat.add(three, two).getFloat32());
    assertEquals(1, HalfFloat.sub(three, two).getFloat32());
    assertEquals(6, HalfFloat.mult(three, two).getFloat32());
    assertEquals(1.5f, HalfFloat.div(three, two).getFloat32());
  }
}
