package fastvit4j.kernels.cpu.scalar;

import fastvit4j.kernels.cpu.CpuKernel;
import fastvit4j.kernels.cpu.CpuOperator;
import fastvit4j.kernels.cpu.Epilogue;
import fastvit4j.kernels.cpu.OffHeap;

/**
 * A class token before an image's patches, and positions added to all of them. It moves memory once
 * for each image, and has no twin of vectors.
 *
 * @param channels channels of a token
 * @param tokens tokens of an image, the class token among them
 * @param rows address of [tokens, channels]: the positions, the first with the class token added
 */
record TokenEmbedding(int channels, int tokens, long rows) implements CpuOperator {
  @Override
  public long weightBytes() {
    return 4L * tokens * channels;
  }

  @Override
  public CpuKernel bind(int n, int h, int w, Epilogue epilogue) {
    if (h * w != tokens - 1) {
      throw new IllegalArgumentException(h * w + " patches for " + (tokens - 1) + " positions");
    }
    long patches = (long) n * h * w * channels;
    return new ScalarPixelKernel("token embedding", patches, n * tokens, channels, 1, epilogue) {
      @Override
      void pixel(long in, int pixel, long result) {
        int token = pixel % tokens;
        long position = rows + 4L * token * channels;
        if (token == 0) {
          OffHeap.copy(position, result, 4L * channels);
          return;
        }
        long patch = in + 4L * ((long) (pixel / tokens) * (tokens - 1) + token - 1) * channels;
        for (long at = 0; at < 4L * channels; at += 4) {
          OffHeap.set(result + at, OffHeap.get(patch + at) + OffHeap.get(position + at));
        }
      }
    };
  }
}
