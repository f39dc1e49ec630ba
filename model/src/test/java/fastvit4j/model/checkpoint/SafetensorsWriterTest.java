package fastvit4j.model.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import fastvit4j.model.UserException;
import fastvit4j.model.tensor.DType;
import fastvit4j.model.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SafetensorsWriterTest {
  @TempDir Path directory;

  /** Every type, an odd number of elements, and more than one chunk of the writer's. */
  @ParameterizedTest
  @EnumSource(DType.class)
  void everyTypeComesBack(DType dtype) {
    int elements = 3 * 33_333;
    byte[] bytes = new byte[elements * dtype.bytes()];
    new Random(1).nextBytes(bytes);
    Tensor tensor = Tensor.of("x", dtype, new int[] {3, 33_333}, MemorySegment.ofArray(bytes));
    Path file = directory.resolve("x.safetensors");
    SafetensorsWriter.write(file, List.of(tensor), Map.of());
    try (TensorFile read = TensorFile.open(file)) {
      Tensor back = read.tensors().get("x");
      assertEquals(dtype, back.dtype());
      assertTrue(back.hasShape(3, 33_333));
      assertEquals(-1, back.data().mismatch(MemorySegment.ofArray(bytes)));
      assertTrue(read.metadata().isEmpty());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F64", "F32", "F16", "BF16"})
  void roundsFloatsAndLeavesTheRest(DType floats) {
    Random random = new Random(2);
    double[] values = random.doubles(40_001, -100, 100).toArray();
    values[7] = Double.NaN;
    values[8] = Double.NEGATIVE_INFINITY;
    Tensor doubles = Tensor.of("doubles", values, 40_001);
    Tensor steps =
        Tensor.of("steps", DType.I64, new int[0], MemorySegment.ofArray(new long[] {12}));
    Path file = directory.resolve("x.safetensors");
    SafetensorsWriter.write(file, List.of(steps, doubles), Map.of("b", "ü\"", "a", ""), floats);
    try (TensorFile read = TensorFile.open(file)) {
      assertEquals(Map.of("b", "ü\"", "a", ""), read.metadata());
      assertEquals(DType.I64, read.tensors().get("steps").dtype());
      assertEquals(12, read.tensors().get("steps").getDouble(0));
      Tensor back = read.tensors().get("doubles");
      assertEquals(floats, back.dtype());
      for (int i = 0; i < values.length; i++) {
        assertEquals(rounded(values[i], floats), back.getDouble(i));
      }
    }
  }

  private static double rounded(double value, DType dtype) {
    return switch (dtype) {
      case F32 -> (float) value;
      case F16 -> Float.float16ToFloat(Rounding.toFloat16(value));
      case BF16 -> Float.intBitsToFloat(Rounding.toBFloat16(value) << 16);
      default -> value;
    };
  }

  @Test
  void theBytesDependOnTheTensorsAlone() throws IOException {
    Tensor a = Tensor.of("a", new float[] {1, 2, 3}, 3);
    Tensor b = Tensor.of("b", new double[] {4}, 1);
    Tensor c = Tensor.of("c", DType.U8, new int[] {1}, MemorySegment.ofArray(new byte[] {5}));
    Path first = directory.resolve("first");
    Path second = directory.resolve("second");
    SafetensorsWriter.write(first, List.of(a, b, c), Map.of("x", "1", "y", "2"));
    SafetensorsWriter.write(second, List.of(c, b, a), Map.of("y", "2", "x", "1"));
    byte[] bytes = Files.readAllBytes(first);
    assertArrayEquals(bytes, Files.readAllBytes(second));
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int header = Math.toIntExact(buffer.getLong(0));
    assertEquals(0, header % 8);
    String json = new String(bytes, 8, header, StandardCharsets.UTF_8);
    assertEquals(
        "{\"__metadata__\":{\"x\":\"1\",\"y\":\"2\"},"
            + "\"b\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]},"
            + "\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[8,20]},"
            + "\"c\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[20,21]}}",
        json.stripTrailing());
    assertEquals(4.0, buffer.getDouble(8 + header));
    assertEquals(3f, buffer.getFloat(8 + header + 16));
    assertEquals(8 + header + 21, bytes.length);
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F32", "F16", "BF16"})
  void aNumberBeyondTheRangeNamesItsTensor(DType floats) throws IOException {
    Path file = Files.writeString(directory.resolve("x.safetensors"), "old");
    List<Tensor> tensors =
        List.of(
            Tensor.of("fine", new double[50_000], 50_000),
            Tensor.of("large", new double[] {1, 1e300}, 2));
    UserException e =
        assertThrows(
            UserException.class, () -> SafetensorsWriter.write(file, tensors, Map.of(), floats));
    assertEquals(
        file
            + ": is not written: tensor large has 1.0E300, beyond the range of "
            + floats
            + "; write a wider type",
        e.getMessage());
    assertEquals("old", Files.readString(file));
    try (Stream<Path> files = Files.list(directory)) {
      assertEquals(List.of(file), files.toList());
    }
  }

  @Test
  void aFullDiskIsNamed() {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "this system has no /dev/full");
    Tensor tensor = Tensor.of("x", new float[100_000], 100_000);
    UserException e =
        assertThrows(
            UserException.class, () -> SafetensorsWriter.write(full, List.of(tensor), Map.of()));
    assertTrue(e.getMessage().startsWith("/dev/full cannot be written: "), e.getMessage());
    assertFalse(e.getMessage().contains("\n"), e.getMessage());
  }

  @Test
  void refusesWhatNoFileCanHold() {
    Path file = directory.resolve("x.safetensors");
    Tensor x = Tensor.of("x", new float[] {1}, 1);
    assertThrows(
        IllegalArgumentException.class,
        () -> SafetensorsWriter.write(file, List.of(x, x), Map.of()));
    assertThrows(
        IllegalArgumentException.class,
        () -> SafetensorsWriter.write(file, List.of(x.withName("__metadata__")), Map.of()));
    assertThrows(
        IllegalArgumentException.class,
        () -> SafetensorsWriter.write(file, List.of(x), Map.of(), DType.I64));
    assertFalse(Files.exists(file));
  }
}
