package fastvit4j.reparam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;

class KernelTest {
  /** Neither window fits into the other: their sum's is as high as one and as wide as the other. */
  @Test
  void aRowAndAColumnAreACross() {
    Kernel sum = row().plus(column());
    assertEquals(3, sum.height());
    assertEquals(3, sum.width());
    assertArrayEquals(new double[] {0, 4, 0, 1, 7, 3, 0, 6, 0}, sum.weight().data);
    assertArrayEquals(new double[] {30}, sum.bias().data);
    Kernel difference = row().minus(column());
    assertArrayEquals(new double[] {0, -4, 0, 1, -3, 3, 0, -6, 0}, difference.weight().data);
    assertArrayEquals(new double[] {-10}, difference.bias().data);
  }

  @Test
  void aSmallWindowIsInTheMiddleOfALargeOne() {
    double[] sum = {0, 4, 0, 0, 6, 0, 0, 6, 0};
    Kernel point = new Kernel(matrix(1, 1), matrix(1, 5), 1, 1);
    Kernel square = new Kernel(matrix(9, 0, 4, 0, 0, 5, 0, 0, 6, 0), matrix(1, 20), 3, 3);
    assertArrayEquals(sum, point.plus(square).weight().data);
    point = new Kernel(matrix(1, 1), matrix(1, 5), 1, 1);
    square = new Kernel(matrix(9, 0, 4, 0, 0, 5, 0, 0, 6, 0), matrix(1, 20), 3, 3);
    Kernel other = square.plus(point);
    assertArrayEquals(sum, other.weight().data);
    assertArrayEquals(new double[] {25}, other.bias().data);
  }

  private static Kernel row() {
    return new Kernel(matrix(3, 1, 2, 3), matrix(1, 10), 1, 3);
  }

  private static Kernel column() {
    return new Kernel(matrix(3, 4, 5, 6), matrix(1, 20), 3, 1);
  }

  private static DMatrixRMaj matrix(int columns, double... values) {
    return DMatrixRMaj.wrap(1, columns, values);
  }
}
