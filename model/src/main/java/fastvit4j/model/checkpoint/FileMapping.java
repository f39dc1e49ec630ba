package fastvit4j.model.checkpoint;

import fastvit4j.model.io.MappedMemory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Supplier;

/** Files as memory. */
final class FileMapping {
  private FileMapping() {}

  /**
   * Maps a whole file, read-only.
   *
   * @throws CheckpointException if it is missing, no regular file, or not readable
   */
  static MemorySegment map(Path file, Arena arena) {
    if (Files.isDirectory(file)) {
      throw new CheckpointException(file.toString(), "is a directory; name a checkpoint's file");
    }
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new CheckpointException(
          file.toString(), "is no regular file and cannot be mapped; copy it to one first");
    }
    try (FileChannel channel = FileChannel.open(file)) {
      return channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
    } catch (NoSuchFileException e) {
      throw new CheckpointException(file.toString(), "there is no such file; check the path", e);
    } catch (AccessDeniedException e) {
      throw new CheckpointException(
          file.toString(), "permission denied; make the file readable", e);
    } catch (IOException e) {
      throw new CheckpointException(
          file.toString(), "cannot be read: " + e.getMessage() + "; check the disk", e);
    }
  }

  /**
   * Does something that reads mapped memory.
   *
   * @throws CheckpointException if a part of the file has vanished meanwhile
   */
  static <T> T reading(String file, Supplier<T> work) {
    return MappedMemory.reading(
        work,
        e ->
            new CheckpointException(
                file, "the file changed or became unreadable while in use; copy it again", e));
  }
}
