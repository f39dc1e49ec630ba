package fastvit4j.kernels.cpu.vector;

import static fastvit4j.kernels.cpu.OffHeap.MEMORY;

import fastvit4j.kernels.cpu.ConvolutionSpec;
import fastvit4j.kernels.cpu.OffHeap;
import jdk.incubator.vector.FloatVector;

/**
 * Rows of an image, copied with the padding left and right and with only some channels, so that the
 * loops over a convolution's windows have no tests and read memory in one piece. Columns that no
 * window reads are left out.
 *
 * @param columns columns with padding
 * @param padding columns of zeros on the left
 * @param copied columns that come from the image
 * @param channels channels of a column
 */
record Strip(int columns, int padding, int copied, int channels) {
  /** The strip that a convolution of images {@code w} pixels wide needs. */
  static Strip of(ConvolutionSpec spec, int w, int channels) {
    int columns = (spec.outWidth(w) - 1) * spec.stride() + spec.kernelWidth();
    int padding = Math.min(spec.padding(), columns);
    return new Strip(columns, padding, Math.min(w, columns - padding), channels);
  }

  /** Bytes of a row. */
  long rowBytes() {
    return 4L * columns * channels;
  }

  /** Zeroes the padding of a row. */
  void clearPadding(long row) {
    OffHeap.clear(row, 4L * padding * channels);
    int end = padding + copied;
    OffHeap.clear(row + 4L * end * channels, 4L * (columns - end) * channels);
  }

  /**
   * Fills a row whose padding is zero with {@code count} channels of an image's row; further
   * channels of the strip become zero.
   *
   * @param row address of the strip's row
   * @param image address of the first pixel's first channel to copy
   * @param pixelBytes bytes between the image's pixels
   */
  void fill(long row, long image, long pixelBytes, int count) {
    long to = row + 4L * padding * channels;
    if (count == channels && pixelBytes == 4L * channels) {
      OffHeap.copy(image, to, copied * pixelBytes);
    } else if (count == Lanes.LENGTH && channels == Lanes.LENGTH) {
      for (int x = 0; x < copied; x++) {
        FloatVector.fromMemorySegment(Lanes.SPECIES, MEMORY, image + x * pixelBytes, Lanes.ORDER)
            .intoMemorySegment(MEMORY, to + (long) x * Lanes.BYTES, Lanes.ORDER);
      }
    } else {
      for (int x = 0; x < copied; x++) {
        long pixel = to + 4L * x * channels;
        for (int c = 0; c < channels; c++) {
          OffHeap.set(pixel + 4L * c, c < count ? OffHeap.get(image + x * pixelBytes + 4L * c) : 0);
        }
      }
    }
  }
}
