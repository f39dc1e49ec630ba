package fastvit4j.kernels.cpu.loops;

import fastvit4j.kernels.cpu.Buffers;
import fastvit4j.kernels.cpu.CpuKernel;
import fastvit4j.kernels.cpu.CpuOperator;
import fastvit4j.kernels.cpu.Epilogue;
import fastvit4j.kernels.cpu.OffHeap;
import java.util.Arrays;

/**
 * Multi-head self-attention, a head and four of its queries at a time: the product of these with
 * the keys, the softmax of each row, and its product with the values.
 *
 * @param heads independent heads
 * @param headDim channels of a head
 */
record LoopAttention(int heads, int headDim) implements CpuOperator {
  /** Queries, and terms of a product, at a time. */
  private static final int STEP = ArrayLoops.STEP;

  @Override
  public long weightBytes() {
    return 0;
  }

  @Override
  public CpuKernel bind(int n, int h, int w, Epilogue epilogue) {
    return new Kernel(n, h * w, epilogue);
  }

  private static int padded(int count) {
    return Math.ceilDiv(count, STEP) * STEP;
  }

  private final class Kernel extends CpuKernel {
    private final int n;
    private final int tokens;
    private final Epilogue epilogue;

    Kernel(int n, int tokens, Epilogue epilogue) {
      long outputs = (long) n * tokens * heads * headDim;
      super("loops over attention", Footprint.of(3 * outputs, outputs, epilogue, 0, 0));
      this.n = n;
      this.tokens = tokens;
      this.epilogue = epilogue;
    }

    @Override
    public int units(int phase) {
      return n * heads;
    }

    @Override
    protected void compute(int phase, Buffers buffers, long scratch, int from, int to) {
      long channels = (long) heads * headDim;
      Head head = new Head(tokens, headDim);
      LoopEpilogue store = LoopEpilogue.of(epilogue, buffers, headDim);
      for (int unit = from; unit < to; unit++) {
        long first = (long) (unit / heads) * tokens;
        long column = (long) (unit % heads) * headDim;
        head.load(buffers.input().address() + 4 * (3 * channels * first + column), channels);
        for (int query = 0; query < tokens; query += STEP) {
          float[][] means = head.attend(query);
          for (int i = 0; i < Math.min(STEP, tokens - query); i++) {
            store.store(means[i], channels * (first + query + i) + column, headDim);
          }
        }
      }
    }
  }

  /** A head's queries, keys and values, with zeros up to multiples of four. */
  private static final class Head {
    private final int tokens;
    private final double scale;

    /** [tokens, head dimension], in groups of four. */
    private final float[][][] queries;

    /** Transposed: [head dimension, tokens]. */
    private final float[][] keys;

    /** [tokens, head dimension]. */
    private final float[][] values;

    /** Of the four queries in hand: [4, tokens]. */
    private final float[][] scores;

    private final float[][] means;
    private final float[] key;

    Head(int tokens, int headDim) {
      this.tokens = tokens;
      this.scale = 1 / Math.sqrt(headDim);
      this.queries = new float[padded(tokens) / STEP][STEP][padded(headDim)];
      this.keys = new float[padded(headDim)][padded(tokens)];
      this.values = new float[padded(tokens)][headDim];
      this.scores = new float[STEP][padded(tokens)];
      this.means = new float[STEP][headDim];
      this.key = new float[headDim];
    }

    /**
     * Takes the head whose first token's query is at the address, tokens being 3 · channels apart.
     */
    void load(long address, long channels) {
      for (int t = 0; t < tokens; t++) {
        long token = address + 12 * channels * t;
        OffHeap.load(token, queries[t / STEP][t % STEP], 0, key.length);
        OffHeap.load(token + 4 * channels, key, 0, key.length);
        for (int d = 0; d < key.length; d++) {
          keys[d][t] = key[d];
        }
        OffHeap.load(token + 8 * channels, values[t], 0, key.length);
      }
    }

    /** The values' means for four queries. */
    float[][] attend(int first) {
      multiply(scores, keys, queries[first / STEP]);
      double[] sums = new double[STEP];
      for (int i = 0; i < STEP; i++) {
        sums[i] = exponentials(scores[i]);
      }
      multiply(means, values, scores);
      for (int i = 0; i < STEP; i++) {
        divide(means[i], (float) sums[i]);
      }
      return means;
    }

    private static void multiply(float[][] y, float[][] w, float[][] x) {
      for (float[] row : y) {
        Arrays.fill(row, 0);
      }
      for (int k = 0; k < w.length; k += STEP) {
        ArrayLoops.product(y, 0, w, x, k);
      }
    }

    /** Replaces scores by what a softmax divides by its sum, which is returned. */
    private double exponentials(float[] row) {
      float max = row[0];
      for (int t = 1; t < tokens; t++) {
        max = Math.max(max, row[t]);
      }
      double sum = 0;
      for (int t = 0; t < tokens; t++) {
        row[t] = (float) Math.exp(scale * (row[t] - max));
        sum += row[t];
      }
      Arrays.fill(row, tokens, row.length, 0);
      return sum;
    }

    private static void divide(float[] row, float by) {
      for (int i = 0; i < row.length; i++) {
        row[i] /= by;
      }
    }
  }
}
