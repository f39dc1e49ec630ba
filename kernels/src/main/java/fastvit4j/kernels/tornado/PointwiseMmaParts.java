package fastvit4j.kernels.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.enums.MMAShape;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Matrix products of few rows on tensor cores: {@link PointwiseMma} with the reduction cut into
 * parts that different work-groups sum, as its tiles alone would leave most of a GPU idle. {@link
 * PointwiseParts#merge} adds up the parts. Source: the same convolutions as {@link Pointwise}, in
 * the late stages and at batch 1.
 *
 * <p>Layouts: {@code x} [rows, in], {@code w} [in, out], {@code partial} [ceil(in / depth),
 * ceil(rows / 64) · 64, ceil(out / 64) · 64], as a warp stores whole tiles only: what is outside of
 * y is 0.
 */
public final class PointwiseMmaParts {
  private PointwiseMmaParts() {}

  /**
   * A 64×64 tile of one part of the sums for each work-group: {@code partial[p, i, j] = Σ x[i, k] ·
   * w[k, j]} over {@code k} from {@code p · depth} to {@code (p + 1) · depth − 1}. Tiles, warps and
   * local memory are those of {@link PointwiseMma}.
   *
   * <p>Grid: ceil(out / 64) · 256 × ceil(rows / 64) × ceil(in / depth) work-items in groups of 256
   * × 1 × 1. Local memory: {@link PointwiseMma#BYTES} bytes.
   *
   * @param depth a multiple of {@link PointwiseMma#DEPTH}
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
    int[] tileX = context.allocateIntLocalArray(2 * PointwiseMma.SIDE);
    int[] tileW = context.allocateIntLocalArray(2 * PointwiseMma.SIDE);
    int item = context.localIdx;
    int row0 = context.groupIdy * PointwiseMma.ROWS;
    int col0 = context.groupIdx * PointwiseMma.COLS;
    int part = context.groupIdz;
    int first = part * depth;
    int last = TornadoMath.min(first + depth, in);
    int warp = item / 32;
    int warpRow = warp / 2;
    int warpCol = warp % 2;

    // Of x, a pair of each of 32 rows and eight pairs; of w, of 8 rows and 32 pairs.
    int xRow = row0 + item / 8;
    int xStep = first + 2 * (item % 8);
    int wLine = warp / 4 * 4 + item / 8 % 4;
    int wStep = first + wLine;
    int wCol = warp % 4 * 16 + 2 * (item % 8);
    int wPlace = wCol / 8 * (PointwiseMma.STEP * 8 / 2) + wLine * 4 + wCol / 2 % 4;
    int wAt = col0 + wCol;
    int x0 = Halves.pair(x, xRow, xStep, rows, in);
    int x1 = Halves.pair(x, xRow + 32, xStep, rows, in);
    int x2 = Halves.pair(x, xRow, xStep + PointwiseMma.STEP, rows, in);
    int x3 = Halves.pair(x, xRow + 32, xStep + PointwiseMma.STEP, rows, in);
    int w0 = Halves.pair(w, wStep, wAt, in, out);
    int w1 = Halves.pair(w, wStep + 8, wAt, in, out);
    int w2 = Halves.pair(w, wStep + PointwiseMma.STEP, wAt, in, out);
    int w3 = Halves.pair(w, wStep + PointwiseMma.STEP + 8, wAt, in, out);
    float[] c0 = context.mmaFragment(0.0f);
    float[] c1 = context.mmaFragment(0.0f);
    float[] c2 = context.mmaFragment(0.0f);
    float[] c3 = context.mmaFragment(0.0f);
    int side = 0;
    for (int k0 = first; k0 < last; k0 += PointwiseMma.DEPTH) {
      int xTo = side * PointwiseMma.SIDE + item;
      int wTo = side * PointwiseMma.SIDE + wPlace;
      tileX[xTo] = x0;
      tileX[xTo + PointwiseMma.PART / 2] = x1;
      tileX[xTo + PointwiseMma.PART] = x2;
      tileX[xTo + PointwiseMma.PART + PointwiseMma.PART / 2] = x3;
      tileW[wTo] = w0;
      tileW[wTo + 8 * 4] = w1;
      tileW[wTo + PointwiseMma.PART] = w2;
      tileW[wTo + PointwiseMma.PART + 8 * 4] = w3;
      context.localBarrier();
      int next = k0 - first + PointwiseMma.DEPTH;
      x0 = Halves.pair(x, xRow, next + xStep, rows, in);
      x1 = Halves.pair(x, xRow + 32, next + xStep, rows, in);
      x2 = Halves.pair(x, xRow, next + xStep + PointwiseMma.STEP, rows, in);
      x3 = Halves.pair(x, xRow + 32, next + xStep + PointwiseMma.STEP, rows, in);
      w0 = Halves.pair(w, next + wStep, wAt, in, out);
      w1 = Halves.pair(w, next + wStep + 8, wAt, in, out);
      w2 = Halves.pair(w, next + wStep + PointwiseMma.STEP, wAt, in, out);
      w3 = Halves.pair(w, next + wStep + PointwiseMma.STEP + 8, wAt, in, out);

      // In bytes: 512 for 16 rows of x, 256 for 8 columns of w.
      int xFrom = side * 4 * PointwiseMma.SIDE + warpRow * 512;
      int wFrom = side * 4 * PointwiseMma.SIDE + warpCol * 1024;
      HalfFloat[] a = context.mmaLoadA(tileX, PointwiseMma.STEP, xFrom);
      HalfFloat[] b0 = context.mmaLoadB(tileW, PointwiseMma.STEP, wFrom);
      HalfFloat[] b1 = context.mmaLoadB(tileW, PointwiseMma.STEP, wFrom + 256);
      HalfFloat[] b2 = context.mmaLoadB(tileW, PointwiseMma.STEP, wFrom + 512);
      HalfFloat[] b3 = context.mmaLoadB(tileW, PointwiseMma.STEP, wFrom + 768);
      c0 = context.mma(a, b0, c0, MMAShape.M16N8K16);
      c1 = context.mma(a, b1, c1, MMAShape.M16N8K16);
      c2 = context.mma(a, b2, c2, MMAShape.M16N8K16);
      c3 = context.mma(a, b3, c3, MMAShape.M16N8K16);
      int xThen = xFrom + 4 * PointwiseMma.PART;
      int wThen = wFrom + 4 * PointwiseMma.PART;
      HalfFloat[] f = context.mmaLoadA(tileX, PointwiseMma.STEP, xThen);
      HalfFloat[] g0 = context.mmaLoadB(tileW, PointwiseMma.STEP, wThen);
      HalfFloat[] g1 = context.mmaLoadB(tileW, PointwiseMma.STEP, wThen + 256);
      HalfFloat[] g2 = context.mmaLoadB(tileW, PointwiseMma.STEP, wThen + 512);
      HalfFloat[] g3 = context.mmaLoadB(tileW, PointwiseMma.STEP, wThen + 768);
      c0 = context.mma(f, g0, c0, MMAShape.M16N8K16);
      c1 = context.mma(f, g1, c1, MMAShape.M16N8K16);
      c2 = context.mma(f, g2, c2, MMAShape.M16N8K16);
      c3 = context.mma(f, g3, c3, MMAShape.M16N8K16);
      side = 1 - side;
    }
    int width = (out + PointwiseMma.COLS - 1) / PointwiseMma.COLS * PointwiseMma.COLS;
    int height = (rows + PointwiseMma.ROWS - 1) / PointwiseMma.ROWS * PointwiseMma.ROWS;
    int sumRow = part * height + row0 + warpRow * 16;
    int sumCol = col0 + warpCol * 32;
    context.mmaStore(c0, partial, sumRow, sumCol, width);
    context.mmaStore(c1, partial, sumRow, sumCol + 8, width);
    context.mmaStore(c2, partial, sumRow, sumCol + 16, width);
    context.mmaStore(c3, partial, sumRow, sumCol + 24, width);
  }
}
