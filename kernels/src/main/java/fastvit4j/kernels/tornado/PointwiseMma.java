package fastvit4j.kernels.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.enums.MMAShape;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Matrix products on tensor cores: {@code y = act(x · w + bias + residual)}, as {@link Pointwise},
 * where x and w are float16 and the sums float32. What is not stored as float16 is rounded to it
 * when it is read. Source: the same convolutions as {@link Pointwise}; the instruction is {@code
 * mma.sync.m16n8k16} of NVIDIA's PTX ISA, and how its operands lie in local memory is told there
 * under {@code ldmatrix}.
 *
 * <p>Layouts: {@code x} [rows, in], {@code w} [in, out], {@code bias} [out], {@code residual} and
 * {@code y} [rows, out], {@code sums} [tiles of 64 × 64, row by row; 64; 64].
 *
 * <pre>
 *                   w: 64 columns
 *                 +-------+-------+       warp (a, b) of the eight of a group computes
 *        32 steps |       |       |       rows 16 a to 16 a + 15,
 *                 +-------+-------+       columns 32 b to 32 b + 31:
 *          +----+ +-------+-------+       four products of 16 × 16 by 16 × 8
 *          |    | | 0, 0  | 0, 1  |       for every 16 steps
 *  x: 64   |    | +-------+-------+
 *  rows    |    | | 1, 0  | 1, 1  |
 *          |    | +-------+-------+
 *          +----+ | ...   | ...   |
 * </pre>
 *
 * <p>Local memory has two halves, of which one is multiplied while the other is filled. In each, x
 * is two matrices of 64 × 16 for 16 steps each, and w eight of 16 × 8 for 16 steps and then eight
 * for the other 16, all of them row by row. They are as long as a multiple of 16 bytes, so that
 * every row is at one, as {@code ldmatrix} demands.
 *
 * <p>A work-item cannot look into what its warp has summed up, and TornadoVM stores that nowhere
 * but in a buffer of float32, as a whole. So it goes through {@code sums}, which belongs to the
 * group alone and has room for rows and columns that y does not have, and a barrier; then
 * work-items read it back column by column, for what {@link Epilogue} does. The rest of y's tile is
 * in the caches all the while.
 */
public final class PointwiseMma {
  /** Rows of y that a work-group computes. */
  public static final int ROWS = 64;

  /** Columns of y that a work-group computes. */
  public static final int COLS = 64;

  /** Work-items of a group: eight warps, all in one direction, as warps are counted along x. */
  public static final int GROUP = 256;

  /** Steps along the reduction between two barriers. */
  public static final int DEPTH = 32;

  /** Steps of one product of a warp. */
  static final int STEP = 16;

  /** Elements of local memory, of two numbers each, for one half of either factor. */
  static final int SIDE = ROWS * DEPTH / 2;

  /** The part of that for 16 steps. */
  static final int PART = ROWS * STEP / 2;

  /** Bytes of local memory of a group. */
  public static final int BYTES = 2 * 2 * 4 * SIDE;

  private PointwiseMma() {}

  /**
   * A 64×64 tile of y for each work-group.
   *
   * <p>Grid: ceil(out / 64) · 256 × ceil(rows / 64) work-items in groups of 256 × 1. Local memory:
   * {@link #BYTES} bytes.
   *
   * @param sums room for 64 · 64 numbers for each work-group
   */
  public static void product(
      KernelContext context,
      FloatArray x,
      FloatArray w,
      FloatArray bias,
      FloatArray residual,
      FloatArray y,
      FloatArray sums,
      int rows,
      int in,
      int out,
      int hasResidual,
      int activation) {
    int[] tileX = context.allocateIntLocalArray(2 * SIDE);
    int[] tileW = context.allocateIntLocalArray(2 * SIDE);
    int item = context.localIdx;
    int groupX = context.groupIdx;
    int groupY = context.groupIdy;
    int row0 = groupY * ROWS;
    int col0 = groupX * COLS;
    int warp = item / 32;
    int warpRow = warp / 2;
    int warpCol = warp % 2;

    // Of x, a pair of each of 32 rows and eight pairs; of w, of 8 rows and 32 pairs.
    int xRow = row0 + item / 8;
    int xStep = 2 * (item % 8);
    int wStep = warp / 4 * 4 + item / 8 % 4;
    int wCol = warp % 4 * 16 + 2 * (item % 8);
    int wPlace = wCol / 8 * (STEP * 8 / 2) + wStep * 4 + wCol / 2 % 4;
    int wAt = col0 + wCol;
    int x0 = Halves.pair(x, xRow, xStep, rows, in);
    int x1 = Halves.pair(x, xRow + 32, xStep, rows, in);
    int x2 = Halves.pair(x, xRow, xStep + STEP, rows, in);
    int x3 = Halves.pair(x, xRow + 32, xStep + STEP, rows, in);
    int w0 = Halves.pair(w, wStep, wAt, in, out);
    int w1 = Halves.pair(w, wStep + 8, wAt, in, out);
    int w2 = Halves.pair(w, wStep + STEP, wAt, in, out);
    int w3 = Halves.pair(w, wStep + STEP + 8, wAt, in, out);
    float[] c0 = context.mmaFragment(0.0f);
    float[] c1 = context.mmaFragment(0.0f);
    float[] c2 = context.mmaFragment(0.0f);
    float[] c3 = context.mmaFragment(0.0f);
    int side = 0;
    for (int k0 = 0; k0 < in; k0 += DEPTH) {
      int xTo = side * SIDE + item;
      int wTo = side * SIDE + wPlace;
      tileX[xTo] = x0;
      tileX[xTo + PART / 2] = x1;
      tileX[xTo + PART] = x2;
      tileX[xTo + PART + PART / 2] = x3;
      tileW[wTo] = w0;
      tileW[wTo + 8 * 4] = w1;
      tileW[wTo + PART] = w2;
      tileW[wTo + PART + 8 * 4] = w3;
      context.localBarrier();
      int next = k0 + DEPTH;
      x0 = Halves.pair(x, xRow, next + xStep, rows, in);
      x1 = Halves.pair(x, xRow + 32, next + xStep, rows, in);
      x2 = Halves.pair(x, xRow, next + xStep + STEP, rows, in);
      x3 = Halves.pair(x, xRow + 32, next + xStep + STEP, rows, in);
      w0 = Halves.pair(w, next + wStep, wAt, in, out);
      w1 = Halves.pair(w, next + wStep + 8, wAt, in, out);
      w2 = Halves.pair(w, next + wStep + STEP, wAt, in, out);
      w3 = Halves.pair(w, next + wStep + STEP + 8, wAt, in, out);

      // In bytes: 512 for 16 rows of x, 256 for 8 columns of w.
      int xFrom = side * 4 * SIDE + warpRow * 512;
      int wFrom = side * 4 * SIDE + warpCol * 1024;
      HalfFloat[] a = context.mmaLoadA(tileX, STEP, xFrom);
      HalfFloat[] b0 = context.mmaLoadB(tileW, STEP, wFrom);
      HalfFloat[] b1 = context.mmaLoadB(tileW, STEP, wFrom + 256);
      HalfFloat[] b2 = context.mmaLoadB(tileW, STEP, wFrom + 512);
      HalfFloat[] b3 = context.mmaLoadB(tileW, STEP, wFrom + 768);
      c0 = context.mma(a, b0, c0, MMAShape.M16N8K16);
      c1 = context.mma(a, b1, c1, MMAShape.M16N8K16);
      c2 = context.mma(a, b2, c2, MMAShape.M16N8K16);
      c3 = context.mma(a, b3, c3, MMAShape.M16N8K16);
      int xThen = xFrom + 4 * PART;
      int wThen = wFrom + 4 * PART;
      HalfFloat[] f = context.mmaLoadA(tileX, STEP, xThen);
      HalfFloat[] g0 = context.mmaLoadB(tileW, STEP, wThen);
      HalfFloat[] g1 = context.mmaLoadB(tileW, STEP, wThen + 256);
      HalfFloat[] g2 = context.mmaLoadB(tileW, STEP, wThen + 512);
      HalfFloat[] g3 = context.mmaLoadB(tileW, STEP, wThen + 768);
      c0 = context.mma(f, g0, c0, MMAShape.M16N8K16);
      c1 = context.mma(f, g1, c1, MMAShape.M16N8K16);
      c2 = context.mma(f, g2, c2, MMAShape.M16N8K16);
      c3 = context.mma(f, g3, c3, MMAShape.M16N8K16);
      side = 1 - side;
    }
    int firstRow = (groupY * ((out + COLS - 1) / COLS) + groupX) * ROWS;
    int sumRow = firstRow + warpRow * 16;
    int sumCol = warpCol * 32;
    context.mmaStore(c0, sums, sumRow, sumCol, COLS);
    context.mmaStore(c1, sums, sumRow, sumCol + 8, COLS);
    context.mmaStore(c2, sums, sumRow, sumCol + 16, COLS);
    context.mmaStore(c3, sums, sumRow, sumCol + 24, COLS);
    context.globalBarrier();
    int col = item % COLS;
    for (int i = item / COLS; i < ROWS; i += GROUP / COLS) {
      float sum = sums.get((firstRow + i) * COLS + col);
      Epilogue.store(
          bias, residual, y, row0 + i, col0 + col, rows, out, hasResidual, activation, sum);
    }
  }
}
