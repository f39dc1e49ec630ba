package fastvit4j.kernels.cpu.vector;

import fastvit4j.kernels.cpu.Split;

/** How a matrix product is split into units: blocks of rows by groups of panels. */
final class ProductUnits {
  /** With more blocks of rows than that, there are enough for the threads of most machines. */
  static final int ENOUGH = 15;

  /** Multiply-accumulate operations that are worth being a unit. */
  private static final long UNIT_MACS = 1 << 20;

  /**
   * Rows of a unit of a paired product: many for each panel, and yet some units for each thread.
   */
  private static final int PAIRED_ROWS = 12 * Tiles.ROWS;

  private final Split rowBlocks;
  private final Split panelGroups;

  /**
   * Whether units that follow each other share panels, not rows: where the weights are more than
   * the input, they should be read once.
   */
  private final boolean panelByPanel;

  private ProductUnits(Split rowBlocks, Split panelGroups, boolean panelByPanel) {
    this.rowBlocks = rowBlocks;
    this.panelGroups = panelGroups;
    this.panelByPanel = panelByPanel;
  }

  /** The units of a product of {@code rows} rows: few of them, and as many panels as pay. */
  static ProductUnits of(Panels panels, int inChannels, int outChannels, int rows) {
    long panelMacs = Math.ceilDiv((long) inChannels * outChannels, panels.count());
    Split groups =
        evenly(
            panels.count(),
            Math.clamp(UNIT_MACS / (Tiles.BLOCK_ROWS * panelMacs), 1, Tiles.BLOCK_PANELS));
    int most =
        Math.clamp(UNIT_MACS / (groups.size() * panelMacs), Tiles.BLOCK_ROWS, Integer.MAX_VALUE);
    return new ProductUnits(rowBlocks(rows, most), groups, rows < outChannels);
  }

  /** The units of a paired product: few panels, and as many rows as make a block. */
  static ProductUnits paired(Panels panels, int inChannels, int outChannels, int rows) {
    long panelMacs = Math.ceilDiv((long) inChannels * outChannels, panels.count());
    Split blocks = rowBlocks(rows, PAIRED_ROWS);
    Split groups =
        evenly(
            panels.count(), Math.clamp(UNIT_MACS / (blocks.size() * panelMacs), 1, panels.count()));
    return new ProductUnits(blocks, groups, rows < outChannels);
  }

  private static Split rowBlocks(int rows, int most) {
    Split tiles = evenly(Math.ceilDiv(rows, Tiles.ROWS), Math.max(1, most / Tiles.ROWS));
    return new Split(rows, tiles.size() * Tiles.ROWS);
  }

  /** Pieces of {@code most} at most, which differ as little as can be. */
  private static Split evenly(int total, int most) {
    return new Split(total, Math.ceilDiv(total, Math.ceilDiv(total, most)));
  }

  /** The number of units. */
  int count() {
    return rowBlocks.count() * panelGroups.count();
  }

  /** A unit's first row. */
  int fromRow(int unit) {
    return rowBlocks.from(block(unit));
  }

  /** The row after a unit's last. */
  int toRow(int unit) {
    return rowBlocks.to(block(unit));
  }

  /** A unit's first panel. */
  int fromPanel(int unit) {
    return panelGroups.from(group(unit));
  }

  /** The panel after a unit's last. */
  int toPanel(int unit) {
    return panelGroups.to(group(unit));
  }

  private int block(int unit) {
    return panelByPanel ? unit % rowBlocks.count() : unit / panelGroups.count();
  }

  private int group(int unit) {
    return panelByPanel ? unit / rowBlocks.count() : unit % panelGroups.count();
  }
}
