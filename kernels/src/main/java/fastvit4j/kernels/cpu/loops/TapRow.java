package fastvit4j.kernels.cpu.loops;

import fastvit4j.kernels.cpu.ConvolutionSpec;
import fastvit4j.kernels.cpu.OffHeap;
import java.util.Arrays;

/**
 * A row of the input as each tap of a depthwise convolution meets it: shifted, with the stride's
 * pixels only, each channel as often as it has outputs, and zeros outside of the image.
 */
final class TapRow {
  private final ConvolutionSpec spec;
  private final int w;
  private final float[][][] blocks;
  private final float[] pixel;

  /**
   * A row without values.
   *
   * @param spec the convolution
   * @param w pixels of the input's row
   * @param blocks blocks of the output's row
   * @param floats floats of a block
   */
  TapRow(ConvolutionSpec spec, int w, int blocks, int floats) {
    this.spec = spec;
    this.w = w;
    this.blocks = new float[blocks][spec.kernelWidth()][floats];
    this.pixel = new float[spec.inChannels()];
  }

  /** What the taps meet at the outputs of a block: [kernel width, floats]. */
  float[][] block(int block) {
    return blocks[block];
  }

  /** Takes a row of the input from its address. */
  void load(long row) {
    int pixels = blocks[0][0].length / spec.outChannels();
    for (int b = 0; b < blocks.length; b++) {
      for (int s = 0; s < blocks[b].length; s++) {
        int first = b * pixels * spec.stride() + s - spec.padding();
        if (spec.stride() == 1 && spec.outChannels() == spec.inChannels()) {
          loadRun(row, first, pixels, blocks[b][s]);
        } else {
          loadPixels(row, first, pixels, blocks[b][s]);
        }
      }
    }
  }

  private void loadRun(long row, int first, int pixels, float[] to) {
    int c = spec.inChannels();
    int begin = Math.clamp(-first, 0, pixels);
    int end = Math.clamp(w - first, begin, pixels);
    Arrays.fill(to, 0, begin * c, 0);
    if (begin < end) {
      OffHeap.load(row + 4L * (first + begin) * c, to, begin * c, (end - begin) * c);
    }
    Arrays.fill(to, end * c, pixels * c, 0);
  }

  private void loadPixels(long row, int first, int pixels, float[] to) {
    int in = spec.inChannels();
    int out = spec.outChannels();
    int multiplier = out / in;
    for (int i = 0; i < pixels; i++) {
      int x = first + i * spec.stride();
      if (x < 0 || x >= w) {
        Arrays.fill(to, i * out, (i + 1) * out, 0);
      } else if (multiplier == 1) {
        OffHeap.load(row + 4L * x * in, to, i * out, in);
      } else {
        OffHeap.load(row + 4L * x * in, pixel, 0, in);
        repeat(pixel, multiplier, to, i * out);
      }
    }
  }

  private static void repeat(float[] values, int times, float[] to, int at) {
    for (int i = 0; i < values.length; i++) {
      for (int j = 0; j < times; j++) {
        to[at + i * times + j] = values[i];
      }
    }
  }
}
