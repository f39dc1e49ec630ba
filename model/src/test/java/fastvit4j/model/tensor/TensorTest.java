package fastvit4j.model.tensor;

import static java.nio.channels.FileChannel.MapMode.READ_WRITE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.operator.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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
  void onlyComputedElementsAreMadeAgain() {
    AtomicInteger made = new AtomicInteger();
    Supplier<MemorySegment> source =
        () -> {
          made.incrementAndGet();
          return Tensor.of("x", new float[] {1, 2}, 2).data();
        };
    Tensor computed = Tensor.computed("a", DType.F32, new int[] {2}, source);
    computed.unload();
    assertEquals(0, made.get());
    assertEquals(2.0, computed.getDouble(1));
    assertEquals(1.0, computed.getDouble(0));
    assertEquals(1, made.get());
    computed.unload();
    assertEquals(1.0, computed.getDouble(0));
    assertEquals(2, made.get());
    Tensor lazy = Tensor.lazy("a", DType.F32, new int[] {2}, source);
    assertEquals(2.0, lazy.getDouble(1));
    lazy.unload();
    assertEquals(1.0, lazy.getDouble(0));
    assertEquals(3, made.get());
  }

  @Test
  void unloadedElementsOfAFileAreReadAgain(@TempDir Path folder) throws IOException {
    Path file = Files.write(folder.resolve("t"), new byte[40_000]);
    try (Arena arena = Arena.ofConfined();
        FileChannel channel = FileChannel.open(file, READ, WRITE)) {
      MemorySegment mapped = channel.map(READ_WRITE, 0, 40_000, arena);
      for (int i = 0; i < 10_000; i++) {
        mapped.setAtIndex(ValueLayout.JAVA_FLOAT, i, i);
      }
      // Neither begins nor ends at a page's border.
      Tensor tensor = Tensor.of("t", DType.F32, new int[] {9_000}, mapped.asSlice(400, 36_000));
      tensor.unload();
      for (int i = 0; i < 9_000; i++) {
        assertEquals(100 + i, tensor.getFloat(i));
      }
      assertEquals(99, mapped.getAtIndex(ValueLayout.JAVA_FLOAT, 99));
      assertEquals(9_999, mapped.getAtIndex(ValueLayout.JAVA_FLOAT, 9_999));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aPieceIsItsElements(DType dtype) {
    int elements = 10_000;
    byte[] data = new byte[elements * dtype.bytes()];
    new Random(1).nextBytes(data);
    if (dtype.isFloat()) {
      // Nothing that is NaN or infinite.
      for (int i = dtype.bytes() - 1; i < data.length; i += dtype.bytes()) {
        data[i] = (byte) (data[i] & 0xbf);
      }
    }
    Tensor tensor = Tensor.of("t", dtype, new int[] {elements}, MemorySegment.ofArray(data));
    float[] piece = new float[9_001];
    tensor.copyTo(17, piece);
    for (int i = 0; i < piece.length; i++) {
      assertEquals(tensor.getFloat(17 + i), piece[i]);
    }
    assertEquals(tensor.getFloat(elements - 1), tensor.toFloats()[elements - 1]);
    double[] wide = tensor.toDoubles();
    for (int i = 0; i < elements; i++) {
      assertEquals(tensor.getDouble(i), wide[i]);
    }
    assertThrows(
        IndexOutOfBoundsException.class, () -> tensor.copyTo(elements - 10, new float[11]));
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
