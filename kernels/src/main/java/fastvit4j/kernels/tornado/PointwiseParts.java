package fastvit4j.kernels.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Matrix products of few rows for GPUs, {@code y = act(x · w + bias + residual)} as {@link
 * Pointwise}, in two tasks: the reduction is cut into parts that different work-groups sum, as the
 * tiles of y alone would leave most of a GPU idle, and the parts are added up. Source: the same
 * convolutions as {@link Pointwise}, in the late stages and at batch 1; the tiles and the double
 * buffering are those of {@link PointwiseTiles}.
 *
 * <p>Layouts: {@code x} [rows, in], {@code w} [in, out], {@code partial} [ceil(in / depth), rows,
 * out], {@code bias} [out], {@code residual} and {@code y} [rows, out].
 */
public final class PointwiseParts {
  /** Columns of y that a work-group of {@link #split} computes. */
  public static final int COLS = 64;

  /** Rows of y that a work-group of {@link #split} computes. */
  public static final int ROWS = 64;

  /** Work-items of a group in each direction. */
  public static final int GROUP = 16;

  /** Steps along the reduction between two barriers. */
  public static final int DEPTH = 16;

  private static final int STRIDE = ROWS + 4;

  /** Bytes of local memory of a group of {@link #split}. */
  public static final int BYTES = 2 * 4 * DEPTH * (STRIDE + COLS);

  private PointwiseParts() {}

  /**
   * A 64×64 tile of one part of the sums for each work-group of 16×16 work-items, 4×4 elements for
   * each: {@code partial[p, i, j] = Σ x[i, k] · w[k, j]} over {@code k} from {@code p · depth} to
   * {@code (p + 1) · depth − 1}. For products of few rows, whose tiles alone would leave most of a
   * GPU idle. {@link #merge} adds up the parts.
   *
   * <p>Grid: ceil(out / 64) · 16 × ceil(rows / 64) · 16 × ceil(in / depth) work-items in groups of
   * 16 × 16 × 1. Local memory: {@link #BYTES} bytes.
   *
   * @param depth a multiple of {@link #DEPTH}
   */
  public static void split(
      KernelContext context,
      FloatArray x,
      FloatArray w,
      FloatArray partial,
      int rows,
      int in,
      int out,
      int depth) {
    int place = context.groupIdz;
    int first = place * depth;
    int last = TornadoMath.min(first + depth, in);

    float[] tileX = context.allocateFloatLocalArray(2 * DEPTH * STRIDE);
    float[] tileW = context.allocateFloatLocalArray(2 * DEPTH * COLS);
    int a = context.localIdx;
    int b = context.localIdy;
    int item = b * GROUP + a;
    int row0 = context.groupIdy * ROWS;
    int col0 = context.groupIdx * COLS;
    int rx = item / DEPTH;
    int kx = item % DEPTH;
    int kw = item / COLS;
    int cw = item % COLS;
    int ry = b * 4;
    int xPlace = kx * STRIDE + rx;
    int wPlace = kw * COLS + cw;

    float x0 = Tiles.element(x, row0 + rx, first + kx, rows, in);
    float x1 = Tiles.element(x, row0 + rx + 16, first + kx, rows, in);
    float x2 = Tiles.element(x, row0 + rx + 32, first + kx, rows, in);
    float x3 = Tiles.element(x, row0 + rx + 48, first + kx, rows, in);
    float w0 = Tiles.element(w, first + kw, col0 + cw, in, out);
    float w1 = Tiles.element(w, first + kw + 4, col0 + cw, in, out);
    float w2 = Tiles.element(w, first + kw + 8, col0 + cw, in, out);
    float w3 = Tiles.element(w, first + kw + 12, col0 + cw, in, out);
    tileX[xPlace] = x0;
    tileX[xPlace + 16] = x1;
    tileX[xPlace + 32] = x2;
    tileX[xPlace + 48] = x3;
    tileW[wPlace] = w0;
    tileW[wPlace + 4 * COLS] = w1;
    tileW[wPlace + 8 * COLS] = w2;
    tileW[wPlace + 12 * COLS] = w3;
    context.localBarrier();
    int side = 0;
    float c00 = 0.0f;
    float c01 = 0.0f;
    float c02 = 0.0f;
    float c03 = 0.0f;
    float c10 = 0.0f;
    float c11 = 0.0f;
    float c12 = 0.0f;
    float c13 = 0.0f;
    float c20 = 0.0f;
    float c21 = 0.0f;
    float c22 = 0.0f;
    float c23 = 0.0f;
    float c30 = 0.0f;
    float c31 = 0.0f;
    float c32 = 0.0f;
    float c33 = 0.0f;
    for (int chunk = first; chunk < last; chunk += Pointwise.CHUNK) {
      int stop = TornadoMath.min(chunk + Pointwise.CHUNK, last);
      float p00 = 0.0f;
      float p01 = 0.0f;
      float p02 = 0.0f;
      float p03 = 0.0f;
      float p10 = 0.0f;
      float p11 = 0.0f;
      float p12 = 0.0f;
      float p13 = 0.0f;
      float p20 = 0.0f;
      float p21 = 0.0f;
      float p22 = 0.0f;
      float p23 = 0.0f;
      float p30 = 0.0f;
      float p31 = 0.0f;
      float p32 = 0.0f;
      float p33 = 0.0f;
      for (int k0 = chunk; k0 < stop; k0 += DEPTH) {
        x0 = Tiles.element(x, row0 + rx, k0 + DEPTH + kx, rows, in);
        x1 = Tiles.element(x, row0 + rx + 16, k0 + DEPTH + kx, rows, in);
        x2 = Tiles.element(x, row0 + rx + 32, k0 + DEPTH + kx, rows, in);
        x3 = Tiles.element(x, row0 + rx + 48, k0 + DEPTH + kx, rows, in);
        w0 = Tiles.element(w, k0 + DEPTH + kw, col0 + cw, in, out);
        w1 = Tiles.element(w, k0 + DEPTH + kw + 4, col0 + cw, in, out);
        w2 = Tiles.element(w, k0 + DEPTH + kw + 8, col0 + cw, in, out);
        w3 = Tiles.element(w, k0 + DEPTH + kw + 12, col0 + cw, in, out);
        for (int k = 0; k < DEPTH; k++) {
          int xAt = (side * DEPTH + k) * STRIDE + ry;
          int wAt = (side * DEPTH + k) * COLS + a;
          float f0 = tileX[xAt];
          float f1 = tileX[xAt + 1];
          float f2 = tileX[xAt + 2];
          float f3 = tileX[xAt + 3];
          float g0 = tileW[wAt];
          float g1 = tileW[wAt + 1 * GROUP];
          float g2 = tileW[wAt + 2 * GROUP];
          float g3 = tileW[wAt + 3 * GROUP];
          p00 += f0 * g0;
          p01 += f0 * g1;
          p02 += f0 * g2;
          p03 += f0 * g3;
          p10 += f1 * g0;
          p11 += f1 * g1;
          p12 += f1 * g2;
          p13 += f1 * g3;
          p20 += f2 * g0;
          p21 += f2 * g1;
          p22 += f2 * g2;
          p23 += f2 * g3;
          p30 += f3 * g0;
          p31 += f3 * g1;
          p32 += f3 * g2;
          p33 += f3 * g3;
        }
        side = 1 - side;
        tileX[side * DEPTH * STRIDE + xPlace] = x0;
        tileX[side * DEPTH * STRIDE + xPlace + 16] = x1;
        tileX[side * DEPTH * STRIDE + xPlace + 32] = x2;
        tileX[side * DEPTH * STRIDE + xPlace + 48] = x3;
        tileW[side * DEPTH * COLS + wPlace] = w0;
        tileW[side * DEPTH * COLS + wPlace + 4 * COLS] = w1;
        tileW[side * DEPTH * COLS + wPlace + 8 * COLS] = w2;
        tileW[side * DEPTH * COLS + wPlace + 12 * COLS] = w3;
        context.localBarrier();
      }
      c00 += p00;
      c01 += p01;
      c02 += p02;
      c03 += p03;
      c10 += p10;
      c11 += p11;
      c12 += p12;
      c13 += p13;
      c20 += p20;
      c21 += p21;
      c22 += p22;
      c23 += p23;
      c30 += p30;
      c31 += p31;
      c32 += p32;
      c33 += p33;
    }
    int row = row0 + ry;
    int col = col0 + a;
    int part = place * rows;
    put(partial, part, row, col, rows, out, c00);
    put(partial, part, row, col + 1 * GROUP, rows, out, c01);
    put(partial, part, row, col + 2 * GROUP, rows, out, c02);
    put(partial, part, row, col + 3 * GROUP, rows, out, c03);
    put(partial, part, row + 1, col, rows, out, c10);
    put(partial, part, row + 1, col + 1 * GROUP, rows, out, c11);
    put(partial, part, row + 1, col + 2 * GROUP, rows, out, c12);
    put(partial, part, row + 1, col + 3 * GROUP, rows, out, c13);
    put(partial, part, row + 2, col, rows, out, c20);
    put(partial, part, row + 2, col + 1 * GROUP, rows, out, c21);
    put(partial, part, row + 2, col + 2 * GROUP, rows, out, c22);
    put(partial, part, row + 2, col + 3 * GROUP, rows, out, c23);
    put(partial, part, row + 3, col, rows, out, c30);
    put(partial, part, row + 3, col + 1 * GROUP, rows, out, c31);
    put(partial, part, row + 3, col + 2 * GROUP, rows, out, c32);
    put(partial, part, row + 3, col + 3 * GROUP, rows, out, c33);
  }

  /** Work-items of a group of {@link #merge}. */
  public static final int MERGED = 256;

  /**
   * The sum of the parts of {@link #split} or {@link PointwiseMmaParts#split}: {@code y = act(Σ
   * partial[p] + bias + residual)}. Grid: ceil(rows · out / 256) · 256 work-items in groups of 256.
   *
   * @param tile of what the rows and columns of each part are multiples: 1, or 64 of whole tiles
   */
  public static void merge(
      KernelContext context,
      FloatArray partial,
      FloatArray bias,
      FloatArray residual,
      FloatArray y,
      int rows,
      int out,
      int parts,
      int tile,
      int hasResidual,
      int activation) {
    int at = context.globalIdx;
    int width = (out + tile - 1) / tile * tile;
    int size = (rows + tile - 1) / tile * tile * width;
    if (at < rows * out) {
      int row = at / out;
      int col = at % out;
      int from = row * width + col;
      float sum = partial.get(from);
      for (int p = 1; p < parts; p++) {
        sum += partial.get(p * size + from);
      }
      Epilogue.store(bias, residual, y, row, col, rows, out, hasResidual, activation, sum);
    }
  }

  private static void put(
      FloatArray partial, int part, int row, int col, int rows, int out, float sum) {
    if (row < rows && col < out) {
      partial.set((part + row) * out + col, sum);
    }
  }
}
