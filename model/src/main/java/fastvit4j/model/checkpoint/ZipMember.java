package fastvit4j.model.checkpoint;

import fastvit4j.model.io.Text;

/**
 * One entry of a zip archive.
 *
 * @param name its name, with {@code /} between folders
 * @param deflated whether its bytes are compressed, not stored as they are
 * @param crc the checksum that its bytes must have
 * @param compressedSize how many bytes it has in the archive
 * @param size how many it has once inflated
 * @param header where its local header begins
 * @param data where its bytes begin
 */
record ZipMember(
    String name,
    boolean deflated,
    int crc,
    long compressedSize,
    long size,
    long header,
    long data) {

  /** Where its bytes end in the archive. */
  long end() {
    return data + compressedSize;
  }

  /** The name for messages. */
  String quoted() {
    return Text.quote(name);
  }
}
