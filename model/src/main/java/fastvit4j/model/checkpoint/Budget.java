package fastvit4j.model.checkpoint;

/**
 * What reading one file may allocate: {@value #FACTOR} times the file and {@value #BASE} bytes.
 * Whatever takes memory because of a number or a count in the file is charged before it is
 * allocated, so that a small file cannot ask for much.
 */
final class Budget {
  private static final long FACTOR = 3;
  private static final long BASE = 48L << 20;

  private final String file;
  private final long fileSize;
  private long left;

  /**
   * Nothing is charged yet.
   *
   * @param file the file's name for messages
   * @param fileSize its size in bytes
   */
  Budget(String file, long fileSize) {
    this.file = file;
    this.fileSize = fileSize;
    this.left = FACTOR * fileSize + BASE;
  }

  /**
   * Takes so many bytes off.
   *
   * @param what needs them, for the message
   * @throws CheckpointException if fewer are left
   */
  void charge(long bytes, String what) {
    if (bytes < 0 || bytes > left) {
      throw new CheckpointException(
          file,
          "%s would take more memory than a file of %d bytes may need; save it again with a current PyTorch"
              .formatted(what, fileSize));
    }
    left -= bytes;
  }
}
