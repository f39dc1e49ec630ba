package fastvit4j.emulator;

import uk.ac.manchester.tornado.api.enums.MMAShape;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Matrix products of a warp, 32 neighbouring work-items each of which holds a fragment of every
 * matrix, by the layouts that the PTX ISA gives for {@code mma.m16n8k16} with float16 factors and
 * float32 sums. Of lane t, with g = t / 4 and p = 2 · (t mod 4):
 *
 * <pre>
 *   left factor, 16 × 16    rows g (elements 0, 1, 4, 5) and g + 8 (2, 3, 6, 7),
 *                           columns p, p + 1 (0 to 3) and p + 8, p + 9 (4 to 7)
 *   right factor, 16 × 8    rows p, p + 1 (elements 0, 1) and p + 8, p + 9 (2, 3), column g
 *   sums, 16 × 8            rows g (elements 0, 1) and g + 8 (2, 3), columns p, p + 1
 * </pre>
 *
 * <p>Both factors are loaded from local memory, where they lie row by row, two numbers to an {@code
 * int}, the first in its lower half. As a work-item has but its own fragments, products wait until
 * all of its group are at a barrier or at the end; then {@link Warps} computes them. A kernel
 * cannot tell, since it cannot look into fragments, and finds what it stored behind the next
 * barrier only: until then the elements are NaN.
 */
public final class Fragments {
  /** Work-items of a warp. */
  static final int LANES = 32;

  /** Columns of the left factor and rows of the right one. */
  static final int DEPTH = 16;

  private static final int RIGHT_COLUMNS = 8;
  private static final int LEFT_SIZE = 8;
  private static final int RIGHT_SIZE = 4;
  private static final int SUMS_SIZE = 4;

  /** What an address of a row in local memory is a multiple of. */
  private static final int ROW_ALIGNMENT = 16;

  private Fragments() {}

  static int leftRow(int lane, int element) {
    return lane / 4 + 8 * (element / 2 % 2);
  }

  static int leftColumn(int lane, int element) {
    return 2 * (lane % 4) + element % 2 + 8 * (element / 4);
  }

  static int rightRow(int lane, int element) {
    return 2 * (lane % 4) + element % 2 + 8 * (element / 2);
  }

  static int rightColumn(int lane) {
    return lane / 4;
  }

  static int sumRow(int lane, int element) {
    return lane / 4 + 8 * (element / 2);
  }

  static int sumColumn(int lane, int element) {
    return 2 * (lane % 4) + element % 2;
  }

  /** Sums that are all alike. */
  public static float[] sums(float value) {
    return new float[] {value, value, value, value};
  }

  /** A fragment of the left factor, read from so many bytes behind the beginning of a tile. */
  public static HalfFloat[] left(int[] tile, int depth, int byteOffset) {
    HalfFloat[] fragment = new HalfFloat[LEFT_SIZE];
    WorkItem item = WorkItem.current();
    if (item != null) {
      load(item, tile, depth, byteOffset);
      int lane = item.lane();
      for (int e = 0; e < LEFT_SIZE; e++) {
        int place = leftRow(lane, e) * DEPTH + leftColumn(lane, e);
        fragment[e] = element(tile, byteOffset, place);
      }
    }
    return fragment;
  }

  /** A fragment of the right factor, read from so many bytes behind the beginning of a tile. */
  public static HalfFloat[] right(int[] tile, int depth, int byteOffset) {
    HalfFloat[] fragment = new HalfFloat[RIGHT_SIZE];
    WorkItem item = WorkItem.current();
    if (item != null) {
      load(item, tile, depth, byteOffset);
      int lane = item.lane();
      for (int e = 0; e < RIGHT_SIZE; e++) {
        int place = rightRow(lane, e) * RIGHT_COLUMNS + rightColumn(lane);
        fragment[e] = element(tile, byteOffset, place);
      }
    }
    return fragment;
  }

  private static void load(WorkItem item, int[] tile, int depth, int byteOffset) {
    item.step(new WarpStep.Load(KernelMemory.lastSite(), byteOffset));
    if (depth != DEPTH) {
      throw item.fault(
          KernelFault.Kind.UNSUPPORTED,
          "loads a fragment of depth " + depth + ": there is 16 only");
    }
    ShadowMemory shadow = item.shadow(tile);
    if (shadow == null || !shadow.isShared()) {
      throw item.fault(
          KernelFault.Kind.UNSUPPORTED, "loads a fragment from an array that is not local memory");
    }
    if (byteOffset % ROW_ALIGNMENT != 0) {
      throw item.fault(
          KernelFault.Kind.UNSUPPORTED,
          "loads a fragment from "
              + shadow.name()
              + " at byte "
              + byteOffset
              + ", which is no multiple of "
              + ROW_ALIGNMENT);
    }
  }

  private static HalfFloat element(int[] tile, int byteOffset, int place) {
    int pair = KernelMemory.load(tile, byteOffset / Integer.BYTES + place / 2);
    return new HalfFloat((short) (pair >>> (16 * (place % 2))));
  }

  /** {@code a · b + c}. */
  public static float[] multiply(HalfFloat[] a, HalfFloat[] b, float[] c, MMAShape shape) {
    WorkItem item = WorkItem.current();
    if (item == null) {
      return c;
    }
    if (shape != MMAShape.M16N8K16) {
      throw item.fault(
          KernelFault.Kind.UNSUPPORTED,
          "multiplies float16 fragments of shape " + shape + ": there is M16N8K16 only");
    }
    if (a.length != LEFT_SIZE || b.length != RIGHT_SIZE || !isSums(item, c)) {
      throw item.fault(
          KernelFault.Kind.UNSUPPORTED,
          "multiplies what are not fragments of a left factor, a right factor and sums");
    }
    float[] d = sums(Float.NaN);
    item.step(new WarpStep.Multiply(KernelMemory.lastSite(), a, b, c, d));
    return d;
  }

  private static boolean isSums(WorkItem item, float[] fragment) {
    return fragment.length == SUMS_SIZE && item.shadow(fragment) == null;
  }

  /** Writes sums to a matrix of so many columns, from a row and a column on. */
  public static void store(float[] sums, FloatArray target, int row, int column, int columns) {
    WorkItem item = WorkItem.current();
    if (item == null) {
      return;
    }
    if (!isSums(item, sums)) {
      throw item.fault(KernelFault.Kind.UNSUPPORTED, "stores what is no fragment of sums");
    }
    int lane = item.lane();
    int[] elements = new int[SUMS_SIZE];
    for (int e = 0; e < SUMS_SIZE; e++) {
      elements[e] = (row + sumRow(lane, e)) * columns + column + sumColumn(lane, e);
    }
    item.step(new WarpStep.Store(KernelMemory.lastSite(), sums, target, elements));
    for (int element : elements) {
      target.set(element, Float.NaN);
    }
  }
}
