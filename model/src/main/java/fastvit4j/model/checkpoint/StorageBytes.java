package fastvit4j.model.checkpoint;

import fastvit4j.model.checkpoint.PickleValue.Storage;
import java.lang.foreign.MemorySegment;

/** A storage's elements, little-endian, checked and if need be converted when first asked for. */
final class StorageBytes {
  private final Storage storage;
  private final ZipArchive archive;
  private final ZipMember member;
  private final boolean swapped;
  private MemorySegment bytes;

  /**
   * Reads nothing yet.
   *
   * @param swapped whether the archive has the elements big-endian
   */
  StorageBytes(Storage storage, ZipArchive archive, ZipMember member, boolean swapped) {
    this.storage = storage;
    this.archive = archive;
    this.member = member;
    this.swapped = swapped;
  }

  /** What the pickle says of it. */
  Storage storage() {
    return storage;
  }

  /**
   * The bytes.
   *
   * @throws CheckpointException if they are damaged
   */
  synchronized MemorySegment bytes() {
    if (bytes == null) {
      bytes = archive.reading(this::read);
    }
    return bytes;
  }

  private MemorySegment read() {
    MemorySegment content = archive.content(member);
    return swapped ? StridedCopy.swapped(content, storage.dtype().bytes()) : content;
  }
}
