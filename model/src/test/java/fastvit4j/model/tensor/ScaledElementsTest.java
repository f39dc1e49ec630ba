package fastvit4j.model.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScaledElementsTest {
  private final Random random = new Random(1);

  /** Some have more columns, or elements, than are converted at a time. */
  @ParameterizedTest
  @CsvSource({
    "F32, 7, 6",
    "F64, 7, 6",
    "F32, 3, 5000",
    "F64, 3, 5000",
    "F64, 5000, 3",
    "F32, 1, 1"
  })
  void everyPieceHasTheBitsOfTheWhole(DType dtype, int rows, int columns) {
    double[] values = doubles(rows * columns);
    if (dtype == DType.F32) {
      Arrays.setAll(values, i -> (float) values[i]);
    }
    double[] byRow = doubles(rows);
    double[] byColumn = doubles(columns);
    Tensor tensor =
        dtype == DType.F32
            ? Tensor.of("w", floats(values), rows, columns)
            : Tensor.of("w", values, rows, columns);
    double[] row = new double[values.length];
    double[] column = new double[values.length];
    double[] both = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      row[i] = values[i] * byRow[i / columns];
      column[i] = values[i] * byColumn[i % columns];
      both[i] = row[i] * byColumn[i % columns];
    }
    Tensor rowsScaled = Tensor.rowsScaled("a", tensor, () -> byRow.clone());
    check(row, rowsScaled);
    check(column, Tensor.columnsScaled("a", tensor, () -> byColumn.clone()));
    check(both, Tensor.columnsScaled("a", rowsScaled, () -> byColumn.clone()));
  }

  private void check(double[] expected, Tensor scaled) {
    assertEquals(DType.F64, scaled.dtype());
    assertArrayEquals(expected, scaled.toDoubles());
    assertArrayEquals(floats(expected), scaled.toFloats());
    for (int i = 0; i < 50; i++) {
      int first = random.nextInt(expected.length);
      int count = 1 + random.nextInt(expected.length - first);
      double[] part = Arrays.copyOfRange(expected, first, first + count);
      double[] doubles = new double[count];
      scaled.copyTo(first, doubles);
      assertArrayEquals(part, doubles);
      float[] floats = new float[count];
      scaled.copyTo(first, floats);
      assertArrayEquals(floats(part), floats);
    }
    assertEquals(expected[expected.length - 1], scaled.getDouble(expected.length - 1));
    assertArrayEquals(expected, scaled.toDoubles());
    scaled.unload();
    assertArrayEquals(expected, scaled.toDoubles());
  }

  @Test
  void factorsAreAskedForWithTheFirstElementsOnce() {
    AtomicInteger asked = new AtomicInteger();
    Tensor tensor = Tensor.of("w", new float[] {1, 2, 3, 4}, 2, 1, 2);
    Tensor scaled =
        Tensor.rowsScaled(
            "a",
            tensor,
            () -> {
              asked.incrementAndGet();
              return new double[] {10, 100};
            });
    assertEquals("a F64 [2, 1, 2]", scaled.toString());
    assertEquals(0, asked.get());
    scaled.copyTo(1, new float[2]);
    assertArrayEquals(new double[] {10, 20, 300, 400}, scaled.toDoubles());
    assertEquals(1, asked.get());
  }

  @Test
  void factorsOfAnotherNumberAreRefused() {
    Tensor tensor = Tensor.of("w", new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
    Tensor scaled = Tensor.columnsScaled("a", tensor, () -> new double[] {1, 2});
    String message = assertThrows(IllegalArgumentException.class, scaled::toDoubles).getMessage();
    assertTrue(message.contains("w: 2 factors for 3"), message);
  }

  private double[] doubles(int count) {
    return random.doubles(count, -2, 2).toArray();
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
