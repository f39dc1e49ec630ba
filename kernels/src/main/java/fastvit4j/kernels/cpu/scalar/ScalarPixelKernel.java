package fastvit4j.kernels.cpu.scalar;

import fastvit4j.kernels.cpu.Buffers;
import fastvit4j.kernels.cpu.CpuKernel;
import fastvit4j.kernels.cpu.Epilogue;
import fastvit4j.kernels.cpu.OffHeap;
import fastvit4j.kernels.cpu.Split;

/** A kernel that computes output pixels one by one, all channels, into scratch. */
abstract class ScalarPixelKernel extends CpuKernel {
  /** Operations that are worth being a unit. */
  private static final long UNIT_COST = 1 << 16;

  private final int channels;
  private final Epilogue epilogue;
  private final Split pixels;

  /**
   * A kernel of {@code pixels} output pixels of {@code channels} channels.
   *
   * @param inputs elements of the input
   * @param cost operations for each output element
   */
  ScalarPixelKernel(
      String name, long inputs, int pixels, int channels, long cost, Epilogue epilogue) {
    super(name, Footprint.of(inputs, (long) pixels * channels, epilogue, 0, 4L * channels));
    this.channels = channels;
    this.epilogue = epilogue;
    this.pixels = Split.byCost(pixels, channels * cost, UNIT_COST);
  }

  @Override
  public final int units(int phase) {
    return pixels.count();
  }

  @Override
  protected final void compute(int phase, Buffers buffers, long scratch, int from, int to) {
    long in = buffers.input().address();
    long out = buffers.output().address();
    for (int pixel = pixels.from(from); to > from && pixel < pixels.to(to - 1); pixel++) {
      long place = 4L * pixel * channels;
      pixel(in, pixel, scratch);
      long residual = epilogue.residual() ? buffers.residual().address() + place : 0;
      store(scratch, channels, out + place, residual, epilogue);
    }
  }

  /** Stores results with the epilogue. */
  static void store(long results, int count, long out, long residual, Epilogue epilogue) {
    for (int c = 0; c < count; c++) {
      long at = 4L * c;
      double x = OffHeap.get(results + at);
      if (residual != 0) {
        x += OffHeap.get(residual + at);
      }
      OffHeap.set(out + at, ScalarMath.apply(epilogue.activation(), x));
    }
  }

  /**
   * Computes one output pixel.
   *
   * @param in address of the input
   * @param pixel index of the output pixel in the batch
   * @param result address of the pixel's channels
   */
  abstract void pixel(long in, int pixel, long result);
}
