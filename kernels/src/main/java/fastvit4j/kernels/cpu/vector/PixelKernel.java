package fastvit4j.kernels.cpu.vector;

import fastvit4j.kernels.cpu.Buffers;
import fastvit4j.kernels.cpu.CpuKernel;
import fastvit4j.kernels.cpu.Epilogue;
import fastvit4j.kernels.cpu.Split;

/**
 * A kernel whose every output pixel is computed alone, all channels at once, into scratch, and then
 * stored with the epilogue.
 */
abstract class PixelKernel extends CpuKernel {
  /** Floats that are worth being a unit. */
  private static final long UNIT_FLOATS = 1 << 15;

  private final int channels;
  private final Epilogue epilogue;
  private final Split pixels;

  /**
   * A kernel of {@code pixels} output pixels of {@code channels} channels.
   *
   * @param inputs elements of the input
   * @param cost floats touched for each output
   */
  PixelKernel(String name, long inputs, int pixels, int channels, long cost, Epilogue epilogue) {
    super(
        name,
        Footprint.of(inputs, (long) pixels * channels, epilogue, 0, 4L * Lanes.roundUp(channels)));
    this.channels = channels;
    this.epilogue = epilogue;
    this.pixels = Split.byCost(pixels, channels * cost, UNIT_FLOATS);
  }

  @Override
  public final int units(int phase) {
    return pixels.count();
  }

  @Override
  protected final void compute(int phase, Buffers buffers, long scratch, int from, int to) {
    long in = buffers.input().address();
    long out = buffers.output().address();
    for (int pixel = pixels.from(from); pixel < pixels.to(to - 1); pixel++) {
      long place = 4L * pixel * channels;
      pixel(in, pixel, scratch);
      Epilogues.store(
          scratch,
          0,
          1,
          channels,
          out + place,
          epilogue.residual() ? buffers.residual().address() + place : 0,
          0,
          epilogue.activation());
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

  /** Offset in bytes of the vector that begins at channel {@code c}, or earlier at the end. */
  final long vectorOffset(int c) {
    return 4L * Math.min(c, channels - Lanes.LENGTH);
  }

  /** Channels of the output. */
  final int channels() {
    return channels;
  }
}
