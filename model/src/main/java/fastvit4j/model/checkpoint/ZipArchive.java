package fastvit4j.model.checkpoint;

import fastvit4j.model.io.MappedMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * A zip archive in memory, read strictly: see {@link ZipDirectory}. What it stores plainly is a
 * slice of the archive; what it compresses is inflated when asked for.
 */
final class ZipArchive {
  private static final int CHUNK = 1 << 16;

  private static final int LARGEST_BUFFER = 1 << 30;

  /** The checksum that torch.save writes where it was told not to compute any. */
  private static final int NOT_COMPUTED = 0;

  private static final byte[] SIGNATURE = {'P', 'K', 3, 4};

  /** Where a zip archive's first header has its method; no method is a brace. */
  private static final int METHOD = 8;

  private final String file;
  private final MemorySegment bytes;
  private final SequencedMap<String, ZipMember> members;

  private ZipArchive(String file, MemorySegment bytes, SequencedMap<String, ZipMember> members) {
    this.file = file;
    this.bytes = bytes;
    this.members = members;
  }

  /**
   * Whether the bytes begin as an archive does. (So does a safetensors file with a header of 67 324
   * 752 bytes, but there a brace follows.)
   */
  static boolean isZip(MemorySegment bytes) {
    return bytes.byteSize() > METHOD
        && bytes.asSlice(0, SIGNATURE.length).mismatch(MemorySegment.ofArray(SIGNATURE)) < 0
        && bytes.get(ValueLayout.JAVA_BYTE, METHOD) != '{';
  }

  /**
   * Reads the directory.
   *
   * @param budget charged for every entry and for what compressed ones inflate to
   * @throws CheckpointException if anything is not as it should be
   */
  static ZipArchive read(String file, MemorySegment bytes, Budget budget) {
    return new ZipArchive(file, bytes, new ZipDirectory(file, bytes, budget).read());
  }

  /** The entries by name, in the directory's order. */
  SequencedMap<String, ZipMember> members() {
    return members;
  }

  /** The entry of that name. */
  Optional<ZipMember> find(String name) {
    return Optional.ofNullable(members.get(name));
  }

  /**
   * An entry's bytes, checked against its checksum.
   *
   * @throws CheckpointException if they are damaged
   */
  MemorySegment content(ZipMember member) {
    MemorySegment stored = bytes.asSlice(member.data(), member.compressedSize());
    MemorySegment content = member.deflated() ? inflate(member, stored) : stored;
    if (member.crc() != NOT_COMPUTED && (int) crc(content) != member.crc()) {
      throw damaged("the bytes of %s do not have their checksum".formatted(member.quoted()));
    }
    return content;
  }

  private static long crc(MemorySegment content) {
    CRC32 crc = new CRC32();
    byte[] chunk = new byte[CHUNK];
    for (long from = 0; from < content.byteSize(); from += CHUNK) {
      crc.update(chunk, 0, copy(content, from, chunk));
    }
    return crc.getValue();
  }

  private MemorySegment inflate(ZipMember member, MemorySegment stored) {
    MemorySegment content = Arena.ofAuto().allocate(Math.max(1, member.size()), 8);
    Inflater inflater = new Inflater(/* nowrap= */ true);
    try {
      long read = 0;
      long written = 0;
      byte[] input = new byte[CHUNK];
      ByteBuffer one = ByteBuffer.allocate(1);
      while (!inflater.finished()) {
        if (inflater.needsInput()) {
          if (read == stored.byteSize()) {
            throw damaged(member.quoted() + " ends in the middle of its compressed bytes");
          }
          int length = copy(stored, read, input);
          read += length;
          inflater.setInput(input, 0, length);
        }
        ByteBuffer output = written < member.size() ? room(content, member, written) : one;
        written += inflater.inflate(output);
        if (written > member.size() || inflater.needsDictionary()) {
          throw damaged(member.quoted() + " inflates to more bytes than it says");
        }
      }
      if (written != member.size() || inflater.getBytesRead() != stored.byteSize()) {
        throw damaged(member.quoted() + " inflates to another number of bytes than it says");
      }
    } catch (DataFormatException e) {
      throw damaged(member.quoted() + " is not compressed as it should be: " + e.getMessage());
    } finally {
      inflater.end();
    }
    return content.asSlice(0, member.size());
  }

  private static ByteBuffer room(MemorySegment content, ZipMember member, long from) {
    return content.asSlice(from, Math.min(LARGEST_BUFFER, member.size() - from)).asByteBuffer();
  }

  /** Copies mapped bytes, which native code must not see: see {@link MappedMemory}. */
  private static int copy(MemorySegment segment, long from, byte[] chunk) {
    int length = (int) Math.min(chunk.length, segment.byteSize() - from);
    MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, from, chunk, 0, length);
    return length;
  }

  /**
   * Does something that reads the archive's bytes.
   *
   * @throws CheckpointException if a part of the file has vanished meanwhile
   */
  <T> T reading(Supplier<T> work) {
    return FileMapping.reading(file, work);
  }

  /** Damage to the archive. */
  CheckpointException damaged(String how) {
    return ZipDirectory.damaged(file, how);
  }
}
