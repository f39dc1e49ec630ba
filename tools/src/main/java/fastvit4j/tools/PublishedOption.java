package fastvit4j.tools;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** A file of published figures. */
final class PublishedOption {
  @Option(
      names = "--published",
      paramLabel = "FILE",
      description =
          "Figures that were published, to stand beside what is found here (docs/eval.md has the"
              + " format).")
  private Path file;

  /** Whether there is one. */
  boolean isGiven() {
    return file != null;
  }

  /**
   * What is in it; nothing if none was given.
   *
   * @throws fastvit4j.model.UserException if it cannot be read; the message names the field
   */
  PublishedFile read() {
    return PublishedFile.of(file);
  }
}
