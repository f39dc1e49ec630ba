package fastvit4j.kernels.cpu.vector;

import static fastvit4j.kernels.cpu.OffHeap.MEMORY;
import static fastvit4j.kernels.cpu.vector.Lanes.BYTES;
import static fastvit4j.kernels.cpu.vector.Lanes.LENGTH;
import static fastvit4j.kernels.cpu.vector.Lanes.ORDER;
import static fastvit4j.kernels.cpu.vector.Lanes.SPECIES;

import fastvit4j.kernels.cpu.Buffers;
import fastvit4j.kernels.cpu.CpuKernel;
import fastvit4j.kernels.cpu.CpuOperator;
import fastvit4j.kernels.cpu.Epilogue;
import fastvit4j.kernels.cpu.OffHeap;
import fastvit4j.kernels.cpu.Split;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;

/**
 * Group normalisation with one group, for at least a vector of channels. The first phase takes the
 * mean of each piece of an image and the sum of squares about that mean; the second merges the
 * pieces (Chan, Golub and LeVeque, 1983) and normalises. Nothing cancels, and the result does not
 * depend on which thread has which piece.
 *
 * @param channels channels
 * @param weight address of the scale
 * @param bias address of the shift
 * @param eps added to the variance
 */
record GroupNorm(int channels, long weight, long bias, double eps) implements CpuOperator {
  /** Floats of a piece: they stay in a core's cache between the passes over them. */
  private static final long PIECE_FLOATS = 1 << 14;

  @Override
  public long weightBytes() {
    return 8L * channels;
  }

  @Override
  public CpuKernel bind(int n, int h, int w, Epilogue epilogue) {
    return new Kernel(this, n, h * w, epilogue);
  }

  /** The workspace holds [n][pieces][mean, sum of squares], float64. */
  private static final class Kernel extends CpuKernel {
    private static final int SUMMANDS = 2;

    private final GroupNorm operator;
    private final int n;
    private final Epilogue epilogue;
    private final Split pieces;
    private final long pixelBytes;

    Kernel(GroupNorm operator, int n, int pixels, Epilogue epilogue) {
      Split split = Split.byCost(pixels, operator.channels, PIECE_FLOATS);
      long elements = (long) n * pixels * operator.channels;
      super(
          "group normalisation over " + pixels + " pixels",
          Footprint.of(
              elements, elements, epilogue, 8L * SUMMANDS * n * split.count(), Lanes.BYTES));
      this.operator = operator;
      this.n = n;
      this.epilogue = epilogue;
      this.pieces = split;
      this.pixelBytes = 4L * operator.channels;
    }

    @Override
    public int phases() {
      return 2;
    }

    @Override
    public int units(int phase) {
      return n * pieces.count();
    }

    @Override
    protected void compute(int phase, Buffers buffers, long scratch, int from, int to) {
      for (int unit = from; unit < to; unit++) {
        int image = unit / pieces.count();
        int piece = unit % pieces.count();
        int pixels = pieces.to(piece) - pieces.from(piece);
        long place = ((long) image * pieces.total() + pieces.from(piece)) * pixelBytes;
        long x = buffers.input().address() + place;
        long moments = buffers.workspace().address();
        if (phase == 0) {
          measure(x, pixels * pixelBytes, moments + 8L * SUMMANDS * unit, scratch);
        } else {
          long residual = epilogue.residual() ? buffers.residual().address() + place : 0;
          moments += 8L * SUMMANDS * image * pieces.count();
          normalize(x, pixels, moments, buffers.output().address() + place, residual, scratch);
        }
      }
    }

    private static void measure(long x, long bytes, long moments, long spare) {
      double count = bytes / 4.0;
      double mean = sum(x, bytes, 0, false, spare) / count;
      // Squares about the mean as it was rounded, and what the rounding adds taken off again.
      float centre = (float) mean;
      double squares = sum(x, bytes, centre, true, spare);
      setDouble(moments, mean);
      setDouble(moments + 8, squares - count * (mean - centre) * (mean - centre));
    }

    /** The sum of the elements, or of the squares of their distances from a centre. */
    private static double sum(long x, long bytes, float centre, boolean squared, long spare) {
      FloatVector s0 = FloatVector.zero(SPECIES);
      FloatVector s1 = s0;
      FloatVector s2 = s0;
      FloatVector s3 = s0;
      long at = 0;
      for (; at + 4L * BYTES <= bytes; at += 4L * BYTES) {
        s0 = add(s0, x + at, centre, squared);
        s1 = add(s1, x + at + BYTES, centre, squared);
        s2 = add(s2, x + at + 2L * BYTES, centre, squared);
        s3 = add(s3, x + at + 3L * BYTES, centre, squared);
      }
      for (; at + BYTES <= bytes; at += BYTES) {
        s0 = add(s0, x + at, centre, squared);
      }
      double sum = Lanes.sum(s0.add(s1).add(s2.add(s3)), spare);
      for (; at < bytes; at += 4) {
        double d = (double) OffHeap.get(x + at) - centre;
        sum += squared ? d * d : d;
      }
      return sum;
    }

    private static FloatVector add(FloatVector sum, long x, float centre, boolean squared) {
      FloatVector d = FloatVector.fromMemorySegment(SPECIES, MEMORY, x, ORDER).sub(centre);
      return squared ? d.fma(d, sum) : sum.add(d);
    }

    private void normalize(
        long x, int pixels, long moments, long out, long residual, long scratch) {
      double mean = 0;
      for (int p = 0; p < pieces.count(); p++) {
        mean += share(p) * getDouble(moments + 8L * SUMMANDS * p);
      }
      double variance = 0;
      for (int p = 0; p < pieces.count(); p++) {
        double off = getDouble(moments + 8L * SUMMANDS * p) - mean;
        double squares = getDouble(moments + 8L * SUMMANDS * p + 8);
        variance += share(p) * off * off + squares / ((double) pieces.total() * operator.channels);
      }
      float centre = (float) mean;
      float factor = (float) (1 / Math.sqrt(variance + operator.eps));
      for (int v = 0; v < operator.channels; v += LENGTH) {
        long c = 4L * Math.min(v, operator.channels - LENGTH);
        FloatVector weight =
            FloatVector.fromMemorySegment(SPECIES, MEMORY, operator.weight + c, ORDER).mul(factor);
        FloatVector bias = FloatVector.fromMemorySegment(SPECIES, MEMORY, operator.bias + c, ORDER);
        for (int p = 0; p < pixels; p++) {
          long at = p * pixelBytes + c;
          FloatVector y =
              FloatVector.fromMemorySegment(SPECIES, MEMORY, x + at, ORDER)
                  .sub(centre)
                  .fma(weight, bias);
          if (epilogue.isNone()) {
            y.intoMemorySegment(MEMORY, out + at, ORDER);
          } else {
            y.intoMemorySegment(MEMORY, scratch, ORDER);
            Epilogues.storeVector(
                scratch, out + at, residual == 0 ? 0 : residual + at, epilogue.activation());
          }
        }
      }
    }

    /** The part of an image's pixels that a piece has. */
    private double share(int piece) {
      return (pieces.to(piece) - pieces.from(piece)) / (double) pieces.total();
    }

    private static double getDouble(long address) {
      return MEMORY.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, address);
    }

    private static void setDouble(long address, double value) {
      MEMORY.set(ValueLayout.JAVA_DOUBLE_UNALIGNED, address, value);
    }
  }
}
