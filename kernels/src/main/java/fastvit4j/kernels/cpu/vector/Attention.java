package fastvit4j.kernels.cpu.vector;

import static fastvit4j.kernels.cpu.OffHeap.MEMORY;
import static fastvit4j.kernels.cpu.OffHeap.at;
import static fastvit4j.kernels.cpu.vector.Lanes.BYTES;
import static fastvit4j.kernels.cpu.vector.Lanes.LENGTH;
import static fastvit4j.kernels.cpu.vector.Lanes.ORDER;
import static fastvit4j.kernels.cpu.vector.Lanes.SPECIES;

import fastvit4j.kernels.cpu.ActivationFunction;
import fastvit4j.kernels.cpu.Buffers;
import fastvit4j.kernels.cpu.CpuKernel;
import fastvit4j.kernels.cpu.CpuOperator;
import fastvit4j.kernels.cpu.Epilogue;
import fastvit4j.kernels.cpu.OffHeap;
import fastvit4j.kernels.cpu.Split;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Multi-head self-attention. A unit is some queries of one head of one image: it packs the head's
 * keys (times the scale) and values as matrices, and computes scores, softmax and the mean of the
 * values for a few queries at a time, so that only {@link #BLOCK} rows of scores ever exist.
 *
 * @param heads independent heads
 * @param headDim channels of a head
 */
record Attention(int heads, int headDim) implements CpuOperator {
  /** Queries whose scores are in memory at once. */
  private static final int BLOCK = 5 * Tiles.ROWS;

  /** Queries of a unit, for which keys and values are packed once. */
  private static final int UNIT_QUERIES = 4 * BLOCK;

  @Override
  public long weightBytes() {
    return 0;
  }

  @Override
  public CpuKernel bind(int n, int h, int w, Epilogue epilogue) {
    return new Kernel(this, n, h * w, epilogue);
  }

  /**
   * <pre>
   * scratch: tile    one register tile
   *          scores  [BLOCK][padded tokens]
   *          keys    panels of [headDim][padded tokens]
   *          values  panels of [tokens][headDim]
   *          mask    [padded tokens], 0 for a token, −∞ for padding
   *          zeros   [padded headDim]
   * </pre>
   */
  private static final class Kernel extends CpuKernel {
    private final int heads;
    private final int headDim;
    private final int n;
    private final int tokens;
    private final Epilogue epilogue;
    private final Split queries;
    private final Panels keyPanels;
    private final Panels valuePanels;
    private final float scale;

    Kernel(Attention operator, int n, int tokens, Epilogue epilogue) {
      Panels keys = Panels.whole(tokens);
      Panels values = new Panels(operator.headDim);
      long floats =
          (long) (BLOCK + operator.headDim + 1) * keys.padded()
              + (long) (tokens + 1) * values.padded();
      long channels = (long) operator.heads * operator.headDim;
      super(
          "attention of " + operator.heads + " heads over " + tokens + " tokens",
          Footprint.of(
              3L * n * tokens * channels,
              (long) n * tokens * channels,
              epilogue,
              0,
              Tiles.BLOCK_BYTES + 4 * floats));
      this.heads = operator.heads;
      this.headDim = operator.headDim;
      this.n = n;
      this.tokens = tokens;
      this.epilogue = epilogue;
      this.queries = new Split(tokens, Math.min(tokens, UNIT_QUERIES));
      this.keyPanels = keys;
      this.valuePanels = values;
      this.scale = (float) (1 / Math.sqrt(headDim));
    }

    @Override
    public int units(int phase) {
      return n * heads * queries.count();
    }

    @Override
    protected void compute(int phase, Buffers buffers, long scratch, int from, int to) {
      long scores = scratch + Tiles.BLOCK_BYTES;
      long keys = scores + 4L * BLOCK * keyPanels.padded();
      long values = keys + 4L * headDim * keyPanels.padded();
      long mask = values + 4L * tokens * valuePanels.padded();
      long zeros = mask + 4L * keyPanels.padded();
      for (int t = 0; t < keyPanels.padded(); t++) {
        OffHeap.set(mask + 4L * t, t < tokens ? 0 : Float.NEGATIVE_INFINITY);
      }
      OffHeap.clear(zeros, 4L * valuePanels.padded());
      long channels = (long) heads * headDim;
      long lda = 4 * 3 * channels;
      long ldo = 4 * channels;
      for (int unit = from; unit < to; unit++) {
        int part = unit % queries.count();
        int head = unit / queries.count() % heads;
        long image = unit / queries.count() / heads;
        long q = buffers.input().address() + image * tokens * lda + 4L * head * headDim;
        packKeys(q + 4 * channels, lda, keys);
        packValues(q + 8 * channels, lda, values);
        for (int i = queries.from(part); i < queries.to(part); i += BLOCK) {
          int rows = Math.min(BLOCK, queries.to(part) - i);
          MatrixProduct.multiply(
              keyPanels,
              headDim,
              keys,
              mask,
              0,
              keyPanels.count(),
              q + i * lda,
              lda,
              rows,
              1,
              0,
              scores,
              0,
              4L * keyPanels.padded(),
              ActivationFunction.NONE,
              scratch);
          softmax(scores, rows, keyPanels.padded());
          long place = (image * tokens + i) * ldo + 4L * head * headDim;
          MatrixProduct.multiply(
              valuePanels,
              tokens,
              values,
              zeros,
              0,
              valuePanels.count(),
              scores,
              4L * keyPanels.padded(),
              rows,
              1,
              0,
              buffers.output().address() + place,
              epilogue.residual() ? buffers.residual().address() + place : 0,
              ldo,
              epilogue.activation(),
              scratch);
        }
      }
    }

    private void packKeys(long from, long tokenBytes, long to) {
      for (int p = 0; p < keyPanels.count(); p++) {
        long panel = keyPanels.address(to, p, headDim);
        int width = keyPanels.vectors(p) * LENGTH;
        int valid = Math.min(width, tokens - keyPanels.column(p));
        for (int t = 0; t < valid; t++) {
          packKey(from + (keyPanels.column(p) + t) * tokenBytes, panel + 4L * t, 4L * width);
        }
        if (valid < width) {
          for (int d = 0; d < headDim; d++) {
            OffHeap.clear(panel + 4L * (d * width + valid), 4L * (width - valid));
          }
        }
      }
    }

    private void packKey(long key, long column, long rowBytes) {
      long from = at(key);
      long to = at(column);
      long row = rowBytes & OffHeap.DISTANCE;
      for (int d = 0; d < headDim; d++) {
        float scaled = scale * MEMORY.get(OffHeap.FLOAT, from + 4L * (d & Tiles.TERM));
        MEMORY.set(OffHeap.FLOAT, at(to + row * d), scaled);
      }
    }

    private void packValues(long from, long tokenBytes, long to) {
      for (int p = 0; p < valuePanels.count(); p++) {
        long panel = valuePanels.address(to, p, tokens);
        int width = valuePanels.vectors(p) * LENGTH;
        int valid = valuePanels.valid(p);
        long source = from + 4L * valuePanels.column(p);
        if (valid == width) {
          copyRows(source, tokenBytes, panel, width);
        } else {
          for (int t = 0; t < tokens; t++) {
            long row = panel + 4L * t * width;
            OffHeap.copy(source + t * tokenBytes, row, 4L * valid);
            OffHeap.clear(row + 4L * valid, 4L * (width - valid));
          }
        }
      }
    }

    private void copyRows(long from, long tokenBytes, long to, int width) {
      for (int v = 0; v < width; v += LENGTH) {
        for (int t = 0; t < tokens; t++) {
          FloatVector.fromMemorySegment(SPECIES, MEMORY, at(from + 4L * v + t * tokenBytes), ORDER)
              .intoMemorySegment(MEMORY, at(to + 4L * (t * width + v)), ORDER);
        }
      }
    }

    /**
     * Softmax of rows of whole vectors, in place; less a row's largest score, so that none is inf.
     */
    private static void softmax(long scores, int rows, int length) {
      for (int r = 0; r < rows; r++) {
        long row = at(scores + 4L * r * length);
        FloatVector most = FloatVector.fromMemorySegment(SPECIES, MEMORY, row, ORDER);
        int vectors = length / LENGTH;
        for (int k = 1; k < vectors; k++) {
          long i = row + (long) BYTES * (k & Tiles.TERM);
          most = Lanes.larger(most, FloatVector.fromMemorySegment(SPECIES, MEMORY, i, ORDER));
        }
        float max = most.reduceLanes(VectorOperators.MAX);
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int k = 0; k < vectors; k++) {
          long i = row + (long) BYTES * (k & Tiles.TERM);
          FloatVector e =
              VectorMath.exp(FloatVector.fromMemorySegment(SPECIES, MEMORY, i, ORDER).sub(max));
          e.intoMemorySegment(MEMORY, i, ORDER);
          sum = sum.add(e);
        }
        FloatVector factor = FloatVector.broadcast(SPECIES, 1f).div(Lanes.total(sum));
        for (int k = 0; k < vectors; k++) {
          long i = row + (long) BYTES * (k & Tiles.TERM);
          FloatVector.fromMemorySegment(SPECIES, MEMORY, i, ORDER)
              .mul(factor)
              .intoMemorySegment(MEMORY, i, ORDER);
        }
      }
    }
  }
}
