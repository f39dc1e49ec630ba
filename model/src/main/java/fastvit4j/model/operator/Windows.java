package fastvit4j.model.operator;

/** Arithmetic of windows that slide over one dimension. */
final class Windows {
  private Windows() {}

  static int outputs(int extent, int kernel, int stride, int padding, String what) {
    int last = extent + 2 * padding - kernel;
    if (last < 0) {
      throw new ShapeException(
          "an extent of "
              + extent
              + " is too small for "
              + what
              + " (kernel "
              + kernel
              + ", padding "
              + padding
              + "): take a larger input");
    }
    return last / stride + 1;
  }
}
