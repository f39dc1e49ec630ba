package fastvit4j.model.io;

import fastvit4j.model.UserException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Files that are written whole or not at all: into a temporary file beside the target, which is
 * then moved over it. Whatever goes wrong before the move (a full disk, an exception, an interrupt,
 * Ctrl-C), the temporary file is removed and the target stays as it was.
 *
 * <p>A target that is no regular file, such as {@code /dev/stdout} or a pipe, is written to
 * directly.
 */
public final class AtomicFile {
  private AtomicFile() {}

  /** What fills the file. */
  @FunctionalInterface
  public interface Body {
    /** Writes to a new, empty file. */
    void write(FileChannel channel) throws IOException;
  }

  /**
   * Writes a file.
   *
   * @throws UserException if the target cannot be written; the message names it and the reason
   */
  public static void write(Path target, Body body) {
    try {
      if (isSpecial(target)) {
        try (FileChannel channel = FileChannel.open(target, StandardOpenOption.WRITE)) {
          body.write(channel);
        }
      } else {
        boolean link = Files.isSymbolicLink(target) && Files.exists(target);
        Path real = link ? target.toRealPath() : target;
        refuseUnwritable(real);
        writeBeside(real, body);
      }
    } catch (IOException e) {
      throw new UserException(Text.oneLine(explain(target, e)), e);
    }
  }

  /** Writes a text in UTF-8. */
  public static void writeString(Path target, String text) {
    write(
        target,
        channel -> writeFully(channel, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8))));
  }

  /** Writes all that remains in the buffer. */
  public static void writeFully(FileChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  private static void writeBeside(Path target, Body body) throws IOException {
    Path directory = target.toAbsolutePath().getParent();
    Path temporary =
        directory.resolve("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      try (FileChannel channel = TemporaryFiles.create(temporary)) {
        body.write(channel);
        channel.force(true);
      }
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      TemporaryFiles.remove(temporary);
    }
  }

  private static boolean isSpecial(Path target) {
    return Files.exists(target) && !Files.isRegularFile(target) && !Files.isDirectory(target);
  }

  private static void refuseUnwritable(Path target) throws FileSystemException {
    Path directory = target.toAbsolutePath().getParent();
    if (Files.isDirectory(target) || directory == null) {
      throw new FileSystemException(target.toString(), null, "it is a directory");
    }
    if (!Files.exists(directory)) {
      throw new FileSystemException(target.toString(), null, "there is no directory " + directory);
    }
    if (!Files.isDirectory(directory)) {
      throw new FileSystemException(target.toString(), null, directory + " is not a directory");
    }
    if (Files.exists(target) && !Files.isWritable(target)) {
      throw new AccessDeniedException(target.toString());
    }
  }

  private static String explain(Path target, IOException e) {
    String reason =
        switch (e) {
          case ClosedByInterruptException _ -> "the writing was interrupted";
          case AccessDeniedException _ -> "permission denied";
          case FileSystemException f when f.getReason() != null -> f.getReason();
          default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        };
    String wayOut =
        reason.contains("No space left")
            ? "free some space or choose another place"
            : "choose a place where you can write";
    return target + " cannot be written: " + reason + "; " + wayOut;
  }
}
