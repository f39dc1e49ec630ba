package fastvit4j.kernels.tornado;

import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;

/**
 * Elements as the bits of float16 numbers, two to an {@code int}: how tensor cores want them. There
 * is an overload for either kind of array, of which a kernel's float16 form takes the other one.
 */
final class Halves {
  private Halves() {}

  /** The lower half is the element, rounded to nearest. */
  static int bits(FloatArray from, int index) {
    return new HalfFloat(from.get(index)).getHalfFloatValue() & 0xFFFF;
  }

  /** The lower half is the element. */
  static int bits(HalfFloatArray from, int index) {
    return from.get(index).getHalfFloatValue() & 0xFFFF;
  }

  /** Two neighbours in a row of a matrix, the first one low, 0 where they are outside of it. */
  static int pair(FloatArray matrix, int row, int col, int rows, int cols) {
    int low = 0;
    int high = 0;
    if (row < rows && col < cols) {
      low = bits(matrix, row * cols + col);
    }
    if (row < rows && col + 1 < cols) {
      high = bits(matrix, row * cols + col + 1);
    }
    return low | (high << 16);
  }
}
