package fastvit4j.runtime.tornado;

import fastvit4j.kernels.tornado.Lanes;
import fastvit4j.kernels.tornado.Pointwise;
import fastvit4j.kernels.tornado.PointwiseVectors;
import fastvit4j.model.operator.Conv2d;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Which kernels convolutions and matrix products get, and why. */
final class ProductTable {
  private static final int TILE_BYTES = 2 * 4 * Pointwise.TILE * Pointwise.DEPTH;

  private static final List<Kernel> KERNELS =
      List.of(
          Kernel.POINTWISE,
          Kernel.POINTWISE_COLUMNS,
          Kernel.POINTWISE_TILED,
          Kernel.POINTWISE_ROWS,
          Kernel.POINTWISE_ROW,
          Kernel.CONVOLUTION_COLUMNS,
          Kernel.CONVOLUTION_VECTORS);

  private ProductTable() {}

  /** A kernel and why it is taken. */
  record Choice(Kernel kernel, String reason) {}

  /**
   * The kernel of a convolution or a matrix product by its label.
   *
   * @throws IllegalArgumentException if there is none
   */
  static Kernel kernel(String label) {
    return KERNELS.stream()
        .filter(kernel -> kernel.label().equals(label))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no product has a kernel called " + label));
  }

  /**
   * Which matrix product a shape and a device get. On GPUs tiles in local memory pay, where there
   * are rows and columns enough to fill them; the classifier's single row stays untiled. On a
   * processor local memory is ordinary memory and barriers split the kernel, so that vectors take
   * the place of work-items.
   */
  static Choice product(int rows, int in, int out, DeviceTraits traits) {
    boolean groups =
        traits.maxGroup() >= Pointwise.GROUP * Pointwise.GROUP && traits.localBytes() >= TILE_BYTES;
    boolean sixteens = out % Lanes.COUNT == 0;
    Optional<Kernel> asked =
        preferred(
            traits,
            kernel ->
                switch (kernel) {
                  case POINTWISE, POINTWISE_COLUMNS, POINTWISE_ROW -> true;
                  case POINTWISE_TILED -> groups;
                  case POINTWISE_ROWS -> sixteens;
                  default -> false;
                });
    if (asked.isPresent()) {
      return new Choice(asked.get(), "asked for");
    }
    if (!traits.gpu() && rows < PointwiseVectors.ROWS) {
      return new Choice(Kernel.POINTWISE_ROW, "vectors, on a processor, for few rows");
    }
    if (!traits.gpu() && sixteens) {
      return new Choice(Kernel.POINTWISE_ROWS, "vectors, on a processor");
    }
    if (!traits.gpu()) {
      return new Choice(Kernel.POINTWISE_COLUMNS, "columns are not a multiple of 16");
    }
    if (!groups) {
      return new Choice(Kernel.POINTWISE_COLUMNS, "the device's groups cannot hold a tile");
    }
    if (rows < Pointwise.TILE / 2 || out < Pointwise.TILE / 2 || in < Pointwise.DEPTH) {
      return new Choice(Kernel.POINTWISE_COLUMNS, "the product is too small to fill a tile");
    }
    return new Choice(Kernel.POINTWISE_TILED, "tiles in local memory, on a GPU");
  }

  /** Which kernel a convolution with a window larger than 1×1 gets. */
  static Choice window(Conv2d conv, DeviceTraits traits) {
    boolean sixteens = conv.outChannels() / conv.groups() % Lanes.COUNT == 0;
    Optional<Kernel> asked =
        preferred(
            traits,
            kernel ->
                kernel == Kernel.CONVOLUTION_COLUMNS
                    || (kernel == Kernel.CONVOLUTION_VECTORS && sixteens));
    if (asked.isPresent()) {
      return new Choice(asked.get(), "asked for");
    }
    if (traits.gpu()) {
      return new Choice(Kernel.CONVOLUTION_COLUMNS, "a work-item for each channel, on a GPU");
    }
    return sixteens
        ? new Choice(Kernel.CONVOLUTION_VECTORS, "vectors, on a processor")
        : new Choice(Kernel.CONVOLUTION_COLUMNS, "channels are not a multiple of 16 in each group");
  }

  private static Optional<Kernel> preferred(DeviceTraits traits, Predicate<Kernel> can) {
    return traits.preferred().stream().filter(can).findFirst();
  }
}
