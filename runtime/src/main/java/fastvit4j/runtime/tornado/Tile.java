package fastvit4j.runtime.tornado;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Sizes that a kernel leaves open, in an order that the kernel says: of a tile, of a work-group, of
 * a strip. Kernels that differ in nothing else are tried and tuned one by one.
 *
 * @param sizes the sizes; none of a kernel that leaves none open
 */
record Tile(List<Integer> sizes) {
  /** Of kernels that leave nothing open. */
  static final Tile NONE = new Tile(List.of());

  Tile {
    sizes = List.copyOf(sizes);
  }

  static Tile of(Integer... sizes) {
    return new Tile(List.of(sizes));
  }

  /** One of the sizes. */
  int at(int place) {
    return sizes.get(place);
  }

  /** For example {@code 64x64x16}. */
  @Override
  public String toString() {
    return sizes.stream().map(String::valueOf).collect(Collectors.joining("x"));
  }
}
