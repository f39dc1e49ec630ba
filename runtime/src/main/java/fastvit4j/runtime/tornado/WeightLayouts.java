package fastvit4j.runtime.tornado;

import fastvit4j.model.operator.BatchNorm;
import fastvit4j.model.operator.TokenEmbedding;
import fastvit4j.model.tensor.Tensor;
import java.util.Arrays;

/** Tensors in the layouts that the kernels read. */
final class WeightLayouts {
  private WeightLayouts() {}

  /** The elements in their order. */
  static float[] vector(Tensor tensor) {
    return tensor.toFloats();
  }

  /** [out, inner…] to [inner…, out]: neighbouring output channels become neighbours in memory. */
  static float[] outputLast(Tensor weight) {
    int out = weight.dim(0);
    int inner = Math.toIntExact(weight.elements() / out);
    float[] from = weight.toFloats();
    float[] to = new float[from.length];
    for (int o = 0; o < out; o++) {
      for (int i = 0; i < inner; i++) {
        to[i * out + o] = from[o * inner + i];
      }
    }
    return to;
  }

  /** [out, inner…] to [ceil(out / width), inner…, width], with zeros beyond the last output. */
  static float[] panels(Tensor weight, int width) {
    int out = weight.dim(0);
    int inner = Math.toIntExact(weight.elements() / out);
    float[] from = weight.toFloats();
    float[] to = new float[Math.ceilDiv(out, width) * width * inner];
    for (int o = 0; o < out; o++) {
      for (int i = 0; i < inner; i++) {
        to[(o / width * inner + i) * width + o % width] = from[o * inner + i];
      }
    }
    return to;
  }

  /** The elements in their order, then zeros up to a multiple of {@code width}. */
  static float[] padded(Tensor vector, int width) {
    float[] from = vector.toFloats();
    return Arrays.copyOf(from, Math.ceilDiv(from.length, width) * width);
  }

  /** A convolution's [out, in / groups, kernel, kernel] to [kernel, kernel, in / groups, out]. */
  static float[] windowFirst(Tensor weight) {
    int out = weight.dim(0);
    int in = weight.dim(1);
    int window = weight.dim(2) * weight.dim(3);
    float[] from = weight.toFloats();
    float[] to = new float[from.length];
    for (int o = 0; o < out; o++) {
      for (int i = 0; i < in; i++) {
        for (int k = 0; k < window; k++) {
          to[(k * in + i) * out + o] = from[(o * in + i) * window + k];
        }
      }
    }
    return to;
  }

  /**
   * The weights of a depthwise convolution with two outputs for each input, [2 · in, 1, kernel,
   * kernel], to [kernel, kernel, in / width, 2, width]: of so many inputs the weights of their even
   * outputs, then those of their odd ones.
   */
  static float[] evenThenOdd(Tensor weight, int width) {
    int out = weight.dim(0);
    int window = weight.dim(2) * weight.dim(3);
    float[] from = weight.toFloats();
    float[] to = new float[from.length];
    for (int o = 0; o < out; o++) {
      int in = o / 2;
      int place = (in / width * 2 + o % 2) * width + in % width;
      for (int k = 0; k < window; k++) {
        to[k * out + place] = from[o * window + k];
      }
    }
    return to;
  }

  /** The positions of tokens, the class token added to the first. */
  static float[] tokens(TokenEmbedding embedding) {
    float[] rows = embedding.positions().toFloats();
    float[] first = embedding.classToken().toFloats();
    for (int c = 0; c < first.length; c++) {
      rows[c] += first[c];
    }
    return rows;
  }

  /** Batch normalisation's scale, {@code weight / √(variance + eps)}, computed in float64. */
  static float[] scale(BatchNorm norm) {
    float[] scale = new float[norm.channels()];
    for (int c = 0; c < scale.length; c++) {
      scale[c] = (float) scale(norm, c);
    }
    return scale;
  }

  /** Batch normalisation's shift, {@code bias − mean · scale}, computed in float64. */
  static float[] shift(BatchNorm norm) {
    float[] shift = new float[norm.channels()];
    for (int c = 0; c < shift.length; c++) {
      shift[c] = (float) (norm.bias().getDouble(c) - norm.mean().getDouble(c) * scale(norm, c));
    }
    return shift;
  }

  private static double scale(BatchNorm norm, int c) {
    return norm.weight().getDouble(c) / Math.sqrt(norm.variance().getDouble(c) + norm.eps());
  }
}
