package fastvit4j.kernels.cpu.loops;

import fastvit4j.kernels.cpu.Buffers;
import fastvit4j.kernels.cpu.CpuKernel;
import fastvit4j.kernels.cpu.CpuOperator;
import fastvit4j.kernels.cpu.Epilogue;
import fastvit4j.kernels.cpu.OffHeap;

/** Squeeze-and-excitation, an image at a time, all channels of a pixel at once. */
final class LoopSqueezeExcite implements CpuOperator {
  private final float[] reduceWeight;
  private final float[] reduceBias;
  private final float[] expandWeight;
  private final float[] expandBias;

  /**
   * Squeeze-and-excitation with C channels, reduced to R.
   *
   * @param reduceWeight [R, C]
   * @param reduceBias [R]
   * @param expandWeight [C, R]
   * @param expandBias [C]
   */
  LoopSqueezeExcite(
      float[] reduceWeight, float[] reduceBias, float[] expandWeight, float[] expandBias) {
    this.reduceWeight = reduceWeight.clone();
    this.reduceBias = reduceBias.clone();
    this.expandWeight = expandWeight.clone();
    this.expandBias = expandBias.clone();
  }

  @Override
  public long weightBytes() {
    return 4L * (reduceWeight.length + reduceBias.length + expandWeight.length + expandBias.length);
  }

  @Override
  public CpuKernel bind(int n, int h, int w, Epilogue epilogue) {
    int channels = expandBias.length;
    int pixels = h * w;
    long elements = (long) n * pixels * channels;
    return new CpuKernel(
        "loops over squeeze-excite", CpuKernel.Footprint.of(elements, elements, epilogue, 0, 0)) {
      @Override
      public int units(int phase) {
        return n;
      }

      @Override
      protected void compute(int phase, Buffers buffers, long scratch, int from, int to) {
        float[] x = new float[channels];
        LoopEpilogue store = LoopEpilogue.of(epilogue, buffers, channels);
        for (int image = from; image < to; image++) {
          long first = (long) image * pixels * channels;
          long in = buffers.input().address();
          float[] gates = gates(LoopMean.of(in + 4 * first, pixels, x));
          for (int p = 0; p < pixels; p++) {
            long place = first + (long) p * channels;
            OffHeap.load(in + 4 * place, x, 0, channels);
            ArrayLoops.multiply(x, gates);
            store.store(x, place, channels);
          }
        }
      }
    };
  }

  private float[] gates(float[] means) {
    float[] hidden = layer(means, reduceWeight, reduceBias);
    for (int r = 0; r < hidden.length; r++) {
      hidden[r] = Math.max(hidden[r], 0);
    }
    float[] gates = layer(hidden, expandWeight, expandBias);
    for (int c = 0; c < gates.length; c++) {
      gates[c] = (float) (1 / (1 + Math.exp(-gates[c])));
    }
    return gates;
  }

  private static float[] layer(float[] x, float[] weight, float[] bias) {
    float[] y = new float[bias.length];
    for (int o = 0; o < y.length; o++) {
      y[o] = bias[o] + dot(weight, o * x.length, x);
    }
    return y;
  }

  private static float dot(float[] weight, int from, float[] x) {
    float sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum = Math.fma(weight[from + i], x[i], sum);
    }
    return sum;
  }
}
