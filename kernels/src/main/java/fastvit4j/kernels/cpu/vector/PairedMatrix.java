package fastvit4j.kernels.cpu.vector;

import fastvit4j.kernels.cpu.ActivationFunction;
import fastvit4j.kernels.cpu.OffHeap;
import fastvit4j.kernels.cpu.Split;
import fastvit4j.kernels.cpu.WeightSource;
import java.lang.foreign.Arena;
import java.util.stream.IntStream;

/**
 * Weights of a paired product, see {@link PairedTiles}: transposed and split into {@link Panels},
 * each into chunks of the terms, each into pairs of terms.
 *
 * <pre>
 * panel, chunk:  [pair][2][vectors of the panel]
 * </pre>
 *
 * <p>A pair has the weights of a term of the chunk's first half, negative in every second pair, and
 * those of the corresponding term of its second half. The columns are multiplied by powers of two
 * so that the root mean square of each is between 1 and 2. One more pair, the last, has zeros and
 * minus the sum of the products of each column's pairs.
 *
 * @param panels the columns' split
 * @param k rows: input channels, a multiple of 4
 * @param chunks the split of the rows, into pieces that are such too
 * @param data address of the first panel
 * @param unscale address of vectors of what the sums of each column are to be multiplied by, each
 *     followed by one of bias
 */
record PairedMatrix(Panels panels, int k, Split chunks, long data, long unscale)
    implements ProductWeights {
  /** Terms of a chunk at most. */
  private static final int CHUNK = 2 * PairedTiles.MAX_PAIRS;

  /** Terms of a chunk at least: halves of one vector of the longest. */
  private static final int LEAST_CHUNK = 32;

  /** Bytes of the rows that are prepared at a time, about. */
  private static final long ROWS_BYTES = 1 << 18;

  /** Exponents of the columns' scales are not beyond this and its negative. */
  private static final int LARGEST_EXPONENT = 100;

  /** Columns from which on the preparation of rows pays. */
  private static final int LEAST_COLUMNS = 96;

  /** Terms from which on the last pair and the scales pay. */
  private static final int LEAST_TERMS = 64;

  /** Whether products of this size are computed in pairs. */
  static boolean suits(int k, int n) {
    return PairedTiles.ENABLED && k % 4 == 0 && k >= LEAST_TERMS && n >= LEAST_COLUMNS;
  }

  /**
   * Packs weights.
   *
   * @param n output channels
   * @param k input channels
   * @param weight source of the weights
   * @param bias bias, or null
   */
  static PairedMatrix pack(int n, int k, WeightSource weight, float[] bias, Arena arena) {
    Panels panels = new Panels(n);
    Split chunks = chunks(k);
    long data = OffHeap.allocate(arena, (long) panels.padded() * (k + 2 * chunks.count()));
    long unscale = OffHeap.allocate(arena, 2L * panels.padded());
    float[] column = new float[k];
    for (int p = 0; p < panels.count(); p++) {
      for (int j = 0; j < panels.valid(p); j++) {
        int c = panels.column(p) + j;
        weight.read(c * k, column);
        long place = unscale + 8L * (c - c % Lanes.LENGTH) + 4L * (c % Lanes.LENGTH);
        OffHeap.set(place, scale(column));
        OffHeap.set(place + Lanes.BYTES, bias == null ? 0 : bias[c]);
        long to = address(panels, chunks, data, p);
        for (int i = 0; i < chunks.count(); i++) {
          to += packChunk(column, chunks.from(i), chunks.to(i), panels.vectors(p), j, to);
        }
      }
    }
    return new PairedMatrix(panels, k, chunks, data, unscale);
  }

  /**
   * The split of k terms: as even as can be with pieces that fill whole vectors, or any other none
   * of whose pieces is too short.
   */
  private static Split chunks(int k) {
    int even = Math.ceilDiv(Math.ceilDiv(k, Math.ceilDiv(k, CHUNK)), LEAST_CHUNK) * LEAST_CHUNK;
    int size =
        IntStream.concat(IntStream.of(even), IntStream.iterate(CHUNK, n -> n - 4))
            .filter(n -> k % n == 0 || k % n >= LEAST_CHUNK)
            .findFirst()
            .orElseThrow();
    return new Split(k, size);
  }

  /** Scales a column, and returns the power of two that undoes it, or 0 for a column of zeros. */
  private static float scale(float[] column) {
    double squares = 0;
    for (float w : column) {
      squares += (double) w * w;
    }
    if (squares == 0) {
      return 0;
    }
    int exponent = Math.getExponent(Math.sqrt(squares / column.length));
    exponent = Math.clamp(exponent, -LARGEST_EXPONENT, LARGEST_EXPONENT);
    float factor = Math.scalb(1f, -exponent);
    for (int i = 0; i < column.length; i++) {
      column[i] *= factor;
    }
    return Math.scalb(1f, exponent);
  }

  /** Packs a column of a chunk, and returns the bytes of the chunk. */
  private static long packChunk(float[] column, int from, int end, int vectors, int j, long to) {
    long width = (long) vectors * Lanes.BYTES;
    int pairs = (end - from) / 2;
    double products = 0;
    for (int i = 0; i < pairs; i++) {
      float first = i % 2 == 0 ? column[from + i] : -column[from + i];
      float second = column[from + pairs + i];
      products += (double) first * second;
      OffHeap.set(to + 2L * i * width + 4L * j, first);
      OffHeap.set(to + (2L * i + 1) * width + 4L * j, second);
    }
    if (j < PairedTiles.paired(vectors) * Lanes.LENGTH) {
      OffHeap.set(to + (2L * pairs + 1) * width + 4L * j, (float) -products);
    }
    return 2L * (pairs + 1) * width;
  }

  private static long address(Panels panels, Split chunks, long data, int panel) {
    return data + 4L * panels.column(panel) * (chunks.total() + 2 * chunks.count());
  }

  /** Address of a chunk of a panel. */
  long address(int panel, int chunk) {
    return address(panels, chunks, data, panel)
        + (long) (chunks.from(chunk) + 2 * chunk) * panels.vectors(panel) * Lanes.BYTES;
  }

  /** Pairs of a chunk, with the one that has its products. */
  int pairs(int chunk) {
    return (chunks.to(chunk) - chunks.from(chunk)) / 2 + 1;
  }

  @Override
  public long bytes() {
    return 4L * panels.padded() * (k + 2 * chunks.count() + 2);
  }

  @Override
  public long scratchBytes() {
    return PairedProduct.SCRATCH_BYTES + PairedRows.bytes(this, blockRows());
  }

  /** Rows that are prepared at a time. */
  private int blockRows() {
    long fit = ROWS_BYTES / (chunks.count() * PairedRows.ROW);
    return Math.clamp(fit, Tiles.BLOCK_ROWS, PairedProduct.BLOCK_ROWS) / Tiles.ROWS * Tiles.ROWS;
  }

  @Override
  public void multiply(
      long a,
      long lda,
      int rows,
      long out,
      long residual,
      long ldo,
      ActivationFunction activation,
      long scratch) {
    int step = blockRows();
    long prepared = scratch + PairedProduct.SCRATCH_BYTES;
    for (int r = 0; r < rows; r += step) {
      int count = Math.min(step, rows - r);
      PairedRows.prepare(this, a + r * lda, lda, prepared, count, 0, count);
      PairedProduct.multiply(
          this,
          0,
          panels.count(),
          prepared,
          count,
          0,
          count,
          out + r * ldo,
          residual == 0 ? 0 : residual + r * ldo,
          ldo,
          activation,
          scratch);
    }
  }
}
