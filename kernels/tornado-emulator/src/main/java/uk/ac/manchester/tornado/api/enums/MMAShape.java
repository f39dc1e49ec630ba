package uk.ac.manchester.tornado.api.enums;

/** Sizes of the matrices that a warp multiplies: m × k by k × n. */
public enum MMAShape {
  /** Float16 numbers, with sums in float32. */
  M16N8K16("m16n8k16"),

  /** Numbers of one byte; here only so that the constants are the SDK's. */
  M16N8K32("m16n8k32");

  private final String ptxName;

  MMAShape(String ptxName) {
    this.ptxName = ptxName;
  }

  /** The shape in the names of PTX's instructions. */
  public String getPtxName() {
    return ptxName;
  }
}
