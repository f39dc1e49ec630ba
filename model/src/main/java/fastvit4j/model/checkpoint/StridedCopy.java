package fastvit4j.model.checkpoint;

import fastvit4j.model.checkpoint.PickleValue.View;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Copies a view of a storage into row-major order: element {@code (i₀, i₁, …)} lies at {@code
 * offset + Σ iₖ · strideₖ}.
 */
final class StridedCopy {
  private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED;

  private final int width;
  private final long offset;
  private final int[] shape;
  private final long[] strides;

  /** Copies nothing yet. */
  StridedCopy(View view) {
    this.width = view.storage().dtype().bytes();
    this.offset = view.offset();
    this.shape = view.shape().stream().mapToInt(Integer::intValue).toArray();
    this.strides = view.strides().stream().mapToLong(Long::longValue).toArray();
  }

  /** Whether the elements lie in row-major order already. */
  boolean isContiguous() {
    long expected = 1;
    boolean contiguous = true;
    for (int i = shape.length - 1; i >= 0; i--) {
      if (shape[i] == 0) {
        return true;
      }
      contiguous &= shape[i] == 1 || strides[i] == expected;
      expected *= shape[i];
    }
    return contiguous;
  }

  /** The elements of a storage with their bytes in reverse order. */
  static MemorySegment swapped(MemorySegment storage, int width) {
    MemorySegment copy = allocate(storage.byteSize());
    for (long i = 0; i < storage.byteSize() / width; i++) {
      switch (width) {
        case 2 -> copy.setAtIndex(U16, i, Short.reverseBytes(storage.getAtIndex(U16, i)));
        case 4 -> copy.setAtIndex(U32, i, Integer.reverseBytes(storage.getAtIndex(U32, i)));
        case 8 -> copy.setAtIndex(U64, i, Long.reverseBytes(storage.getAtIndex(U64, i)));
        default -> throw new IllegalArgumentException("no elements of " + width + " bytes");
      }
    }
    return copy;
  }

  /** The view's elements. */
  MemorySegment of(MemorySegment storage) {
    long elements = 1;
    for (int extent : shape) {
      elements *= extent;
    }
    MemorySegment copy = allocate(elements * width);
    int[] index = new int[shape.length];
    long from = offset;
    for (long to = 0; to < elements; to++) {
      element(storage, from, copy, to);
      for (int i = shape.length - 1; i >= 0; i--) {
        from += strides[i];
        if (++index[i] < shape[i]) {
          break;
        }
        from -= strides[i] * index[i];
        index[i] = 0;
      }
    }
    return copy;
  }

  private void element(MemorySegment storage, long from, MemorySegment copy, long to) {
    switch (width) {
      case 1 -> copy.set(ValueLayout.JAVA_BYTE, to, storage.get(ValueLayout.JAVA_BYTE, from));
      case 2 -> copy.setAtIndex(U16, to, storage.getAtIndex(U16, from));
      case 4 -> copy.setAtIndex(U32, to, storage.getAtIndex(U32, from));
      case 8 -> copy.setAtIndex(U64, to, storage.getAtIndex(U64, from));
      default -> throw new IllegalArgumentException("no elements of " + width + " bytes");
    }
  }

  private static MemorySegment allocate(long bytes) {
    return Arena.ofAuto().allocate(bytes, Long.BYTES);
  }
}
