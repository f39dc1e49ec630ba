package fastvit4j.model.checkpoint;

import fastvit4j.model.UserException;
import fastvit4j.model.io.Text;

/**
 * A checkpoint that cannot be read or is not what it should be. The message is one line that begins
 * with the file's name.
 */
public final class CheckpointException extends UserException {
  private static final long serialVersionUID = 1L;

  /** {@code FILE: PROBLEM}, on one line. */
  public CheckpointException(String file, String problem) {
    super(Text.oneLine(file + ": " + problem));
  }

  /** The same, with what lies beneath. */
  public CheckpointException(String file, String problem, Throwable cause) {
    super(Text.oneLine(file + ": " + problem), cause);
  }
}
