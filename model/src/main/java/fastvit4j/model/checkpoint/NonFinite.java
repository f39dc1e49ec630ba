package fastvit4j.model.checkpoint;

import fastvit4j.model.tensor.DType;
import fastvit4j.model.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Counts NaN and infinity in tensors, and what would become infinite. */
final class NonFinite {
  private static final ValueLayout.OfShort I16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt I32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong I64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /**
   * Elements that are copied to an array and looked at there: a loop over an array is compiled
   * sooner, and is less for the interpreter before that, than one over memory. Every network is
   * looked through once when it is opened.
   */
  private static final int CHUNK = 1 << 13;

  private NonFinite() {}

  /** How many elements are not finite: those whose exponent has all bits set. */
  static long count(Tensor tensor) {
    MemorySegment data = tensor.data();
    return switch (tensor.dtype()) {
      case F32 -> countF32(data, tensor.elements());
      case F64 -> countF64(data, tensor.elements());
      case F16 -> count16(data, tensor.elements(), 0x7c00);
      case BF16 -> count16(data, tensor.elements(), 0x7f80);
      case I64, I32, U8 -> 0;
    };
  }

  /** How many elements of a float64 tensor are finite, but not as float32; of others, none. */
  static long countBeyondFloat32(Tensor tensor) {
    if (tensor.dtype() != DType.F64) {
      return 0;
    }
    long count = 0;
    for (long i = 0; i < tensor.elements(); i++) {
      double value = tensor.getDouble(i);
      count += Double.isFinite(value) && Float.isInfinite((float) value) ? 1 : 0;
    }
    return count;
  }

  private static long countF32(MemorySegment data, long elements) {
    int[] bits = new int[(int) Math.min(CHUNK, elements)];
    long count = 0;
    for (long i = 0; i < elements; i += CHUNK) {
      int length = (int) Math.min(CHUNK, elements - i);
      MemorySegment.copy(data, I32, i * Integer.BYTES, bits, 0, length);
      count += countF32(bits, length);
    }
    return count;
  }

  private static int countF32(int[] bits, int length) {
    int count = 0;
    for (int i = 0; i < length; i++) {
      count += (bits[i] & 0x7f800000) == 0x7f800000 ? 1 : 0;
    }
    return count;
  }

  private static long countF64(MemorySegment data, long elements) {
    long exponent = 0x7ff0000000000000L;
    long count = 0;
    for (long i = 0; i < elements; i++) {
      count += (data.getAtIndex(I64, i) & exponent) == exponent ? 1 : 0;
    }
    return count;
  }

  private static long count16(MemorySegment data, long elements, int exponent) {
    long count = 0;
    for (long i = 0; i < elements; i++) {
      count += (data.getAtIndex(I16, i) & exponent) == exponent ? 1 : 0;
    }
    return count;
  }
}
