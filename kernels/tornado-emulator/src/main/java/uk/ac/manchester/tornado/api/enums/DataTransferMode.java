package uk.ac.manchester.tornado.api.enums;

/** When an array is copied between host and device. */
public class DataTransferMode {
  /** Once, in the first execution of the graph. */
  public static final int FIRST_EXECUTION = 0;

  /** In every execution of the graph. */
  public static final int EVERY_EXECUTION = 1;

  /** To the host only, when the execution's result is asked for it. */
  public static final int UNDER_DEMAND = 2;

  private DataTransferMode() {}
}
