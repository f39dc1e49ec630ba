package fastvit4j.model.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The elements of tensors: how they lie in memory, and their conversion, a piece at a time by way
 * of an array of their own type: loops over arrays are vectorized, and are compiled sooner than
 * those over memory.
 */
final class Elements {
  static final ValueLayout.OfDouble F64 =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfFloat F32 =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfShort I16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfInt I32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfLong I64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final int PIECE = 1 << 12;

  private Elements() {}

  /** All elements, widened. */
  static double[] toDoubles(Tensor tensor) {
    double[] all = new double[Math.toIntExact(tensor.elements())];
    copy(tensor, 0, all);
    return all;
  }

  /** Elements from number {@code first} on, widened. */
  static void copy(Tensor tensor, long first, double[] to) {
    MemorySegment data = tensor.data();
    switch (tensor.dtype()) {
      case F64 -> MemorySegment.copy(data, F64, 8 * first, to, 0, to.length);
      case F32 -> {
        float[] piece = new float[Math.min(PIECE, to.length)];
        for (int i = 0; i < to.length; i += PIECE) {
          int count = Math.min(PIECE, to.length - i);
          MemorySegment.copy(data, F32, 4 * (first + i), piece, 0, count);
          widen(piece, count, to, i);
        }
      }
      default -> {
        for (int i = 0; i < to.length; i++) {
          to[i] = tensor.getDouble(first + i);
        }
      }
    }
  }

  /** All elements, rounded to nearest. */
  static float[] toFloats(Tensor tensor) {
    float[] all = new float[Math.toIntExact(tensor.elements())];
    copy(tensor, 0, all);
    return all;
  }

  /** Elements from number {@code first} on, rounded to nearest. */
  static void copy(Tensor tensor, long first, float[] to) {
    MemorySegment data = tensor.data();
    switch (tensor.dtype()) {
      case F32 -> MemorySegment.copy(data, F32, 4 * first, to, 0, to.length);
      case F64 -> {
        double[] piece = new double[Math.min(PIECE, to.length)];
        for (int i = 0; i < to.length; i += PIECE) {
          int count = Math.min(PIECE, to.length - i);
          MemorySegment.copy(data, F64, 8 * (first + i), piece, 0, count);
          round(piece, count, to, i);
        }
      }
      case F16, BF16 -> {
        short[] piece = new short[Math.min(PIECE, to.length)];
        for (int i = 0; i < to.length; i += PIECE) {
          int count = Math.min(PIECE, to.length - i);
          MemorySegment.copy(data, I16, 2 * (first + i), piece, 0, count);
          if (tensor.dtype() == DType.F16) {
            fromFloat16(piece, count, to, i);
          } else {
            fromBfloat16(piece, count, to, i);
          }
        }
      }
      default -> {
        for (int i = 0; i < to.length; i++) {
          to[i] = tensor.getFloat(first + i);
        }
      }
    }
  }

  private static void widen(float[] from, int count, double[] to, int at) {
    for (int i = 0; i < count; i++) {
      to[at + i] = from[i];
    }
  }

  static void round(double[] from, int count, float[] to, int at) {
    for (int i = 0; i < count; i++) {
      to[at + i] = (float) from[i];
    }
  }

  private static void fromFloat16(short[] from, int count, float[] to, int at) {
    for (int i = 0; i < count; i++) {
      to[at + i] = Float.float16ToFloat(from[i]);
    }
  }

  private static void fromBfloat16(short[] from, int count, float[] to, int at) {
    for (int i = 0; i < count; i++) {
      to[at + i] = Float.intBitsToFloat(from[i] << 16);
    }
  }
}
