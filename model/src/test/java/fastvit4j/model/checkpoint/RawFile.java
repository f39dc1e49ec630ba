package fastvit4j.model.checkpoint;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Safetensors files made by hand, right or wrong. */
final class RawFile {
  private RawFile() {}

  /** A file of the given header and that many bytes of data, 0, 1, 2, … */
  static byte[] of(String header, int dataBytes) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    return of(text.length, text, dataBytes);
  }

  /** The same with a claimed header length. */
  static byte[] of(long claimed, byte[] header, int dataBytes) {
    ByteBuffer file =
        ByteBuffer.allocate(8 + header.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(claimed).put(header);
    for (int i = 0; i < dataBytes; i++) {
      file.put((byte) i);
    }
    return file.array();
  }

  static TensorFile read(byte[] file) {
    return TensorFile.of("file.safetensors", MemorySegment.ofArray(file));
  }
}
