package fastvit4j.model.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.operator.Shape;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TensorTest {
  private static Tensor bytes(DType dtype, int elements, int... littleEndian) {
    byte[] data = new byte[littleEndian.length];
    for (int i = 0; i < data.length; i++) {
      data[i] = (byte) littleEndian[i];
    }
    return Tensor.of("t", dtype, new int[] {elements}, MemorySegment.ofArray(data));
  }

  @Test
  void everyTypeIsReadLittleEndian() {
    assertEquals(-2.0, bytes(DType.F64, 1, 0, 0, 0, 0, 0, 0, 0, 0xc0).getDouble(0));
    assertEquals(1.5, bytes(DType.F32, 1, 0, 0, 0xc0, 0x3f).getDouble(0));
    assertEquals(1.5, bytes(DType.F16, 1, 0, 0x3e).getDouble(0));
    assertEquals(1.5, bytes(DType.BF16, 1, 0xc0, 0x3f).getDouble(0));
    assertEquals(-1.0, bytes(DType.I64, 1, -1, -1, -1, -1, -1, -1, -1, -1).getDouble(0));
    assertEquals(258.0, bytes(DType.I32, 1, 2, 1, 0, 0).getDouble(0));
    assertEquals(255.0, bytes(DType.U8, 1, 255).getDouble(0));
    assertEquals(1.5f, bytes(DType.F16, 1, 0, 0x3e).getFloat(0));
    assertArrayEquals(new float[] {1.5f}, bytes(DType.BF16, 1, 0xc0, 0x3f).toFloats());
    assertTrue(DType.BF16.isFloat());
    assertFalse(DType.I32.isFloat());
  }

  @Test
  void aTensorOfTheWrongSizeIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> bytes(DType.F32, 2, 0, 0, 0, 0));
  }

  @Test
  void aLazyTensorIsMadeOnceAndSharedUnderOtherNamesAndShapes() {
    AtomicInteger made = new AtomicInteger();
    Tensor lazy =
        Tensor.lazy(
            "a",
            DType.F32,
            new int[] {2, 3},
            () -> {
              made.incrementAndGet();
              return Tensor.of("x", new float[] {1, 2, 3, 4, 5, 6}, 6).data();
            });
    Tensor other = lazy.withName("b").withShape(3, 2);
    assertEquals(0, made.get());
    assertEquals(6.0, other.getDouble(5));
    assertEquals(6.0, lazy.getDouble(5));
    assertEquals(1, made.get());
    assertEquals("b F32 [3, 2]", other.toString());
    assertThrows(IllegalArgumentException.class, () -> lazy.withShape(4));
    assertEquals(24, lazy.byteSize());
  }

  @Test
  void aTensorOfShapeAloneHasNoValues() {
    Tensor shape = Tensor.shapeOnly("w", 4, 4);
    assertEquals(16, shape.elements());
    assertTrue(shape.hasShape(4, 4));
    assertThrows(IllegalStateException.class, () -> shape.getFloat(0));
  }

  @Test
  void nchwBecomesNhwcAndComesBack() {
    float[] values = new float[2 * 3 * 4 * 5];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    Tensor nchw = Tensor.of("x", values, 2, 3, 4, 5);
    Activation nhwc = Activation.fromNchw(nchw);
    assertEquals(new Shape(2, 4, 5, 3), nhwc.shape());
    int n1y2x3c1 = ((4 + 2) * 5 + 3) * 3 + 1;
    assertEquals(((3 + 1) * 4 + 2) * 5 + 3, nhwc.get(n1y2x3c1));
    assertArrayEquals(values, nhwc.toNchw("x").toFloats());
    assertEquals(nhwc.get(60), nhwc.image(1).get(0));
    assertEquals(nhwc.toFloats()[60], nhwc.image(1).toFloats()[0]);
    assertThrows(
        IllegalArgumentException.class, () -> Activation.fromNchw(nchw.withShape(6, 4, 5)));
    assertThrows(
        IllegalArgumentException.class, () -> new Activation(new Shape(1, 4, 5, 3), nhwc.data()));
  }
}
