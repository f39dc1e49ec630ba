package fastvit4j.model.checkpoint;

import fastvit4j.model.tensor.DType;
import fastvit4j.model.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

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

  /** Elements from which on a second thread is worth its start. */
  private static final long LARGE = 1 << 22;

  private NonFinite() {}

  /**
   * How many elements of each tensor are not finite: those whose exponent has all bits set. Large
   * networks are looked through by two threads.
   */
  static long[] count(List<Tensor> tensors) {
    long[] counts = new long[tensors.size()];
    int middle = middle(tensors);
    Half second = new Half(tensors, middle, tensors.size(), counts);
    Thread helper = new Thread(second, "non-finite");
    if (middle < tensors.size()) {
      helper.start();
    }
    try {
      new Half(tensors, 0, middle, counts).count();
    } finally {
      // Also after a failure: the caller may then close the file.
      await(helper);
    }
    second.check();
    return counts;
  }

  /** Where the second half of the elements begins; the end where there are few. */
  private static int middle(List<Tensor> tensors) {
    long all = 0;
    for (Tensor tensor : tensors) {
      all += tensor.elements();
    }
    long before = 0;
    for (int i = 0; all >= LARGE && i < tensors.size(); i++) {
      if (before >= all / 2) {
        return i;
      }
      before += tensors.get(i).elements();
    }
    return tensors.size();
  }

  /** Counts in some tensors, and keeps what goes wrong for who waits. */
  private static final class Half implements Runnable {
    private final List<Tensor> tensors;
    private final int from;
    private final int to;
    private final long[] counts;
    private Throwable failure;

    Half(List<Tensor> tensors, int from, int to, long[] counts) {
      this.tensors = tensors;
      this.from = from;
      this.to = to;
      this.counts = counts;
    }

    @Override
    public void run() {
      try {
        count();
      } catch (RuntimeException | Error e) {
        failure = e;
      }
    }

    void count() {
      for (int i = from; i < to; i++) {
        counts[i] = NonFinite.count(tensors.get(i));
      }
    }

    /** Throws what went wrong. */
    void check() {
      if (failure instanceof Error error) {
        throw error;
      }
      if (failure instanceof RuntimeException exception) {
        throw exception;
      }
    }
  }

  private static void await(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static long count(Tensor tensor) {
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
