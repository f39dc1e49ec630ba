package fastvit4j.model.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Zip archives made by hand, right or wrong: every field can be made to lie. */
final class RawZip {
  private static final int STORED = 0;
  private static final int DEFLATED = 8;

  final List<Entry> entries = new ArrayList<>();
  boolean zip64;
  long count = -1;
  int disk;
  byte[] before = {};
  byte[] comment = {};

  /** An entry, as its headers describe it. */
  static final class Entry {
    byte[] name;
    byte[] localName;
    byte[] data;
    int method;
    int flags;
    int localFlags;
    int crc;
    long compressed;
    long size;
    long localSize;
    byte[] extra = {};
    long header = -1;

    /** Puts sizes and place into a zip64 extra field. */
    void wide() {
      extra =
          ByteBuffer.allocate(32)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putShort((short) 0x4242)
              .putShort((short) 0)
              .putShort((short) 1)
              .putShort((short) 24)
              .putLong(size)
              .putLong(compressed)
              .array();
    }
  }

  /** Adds what is stored as it is. */
  Entry add(String name, byte[] data) {
    Entry entry = new Entry();
    entry.name = name.getBytes(StandardCharsets.UTF_8);
    entry.localName = entry.name;
    entry.data = data;
    entry.compressed = data.length;
    entry.size = data.length;
    entry.localSize = data.length;
    CRC32 crc = new CRC32();
    crc.update(data);
    entry.crc = (int) crc.getValue();
    entry.method = STORED;
    entries.add(entry);
    return entry;
  }

  Entry add(String name, String data) {
    return add(name, data.getBytes(StandardCharsets.UTF_8));
  }

  /** Adds what is compressed. */
  Entry deflated(String name, byte[] data) {
    Entry entry = add(name, data);
    Deflater deflater = new Deflater(9, true);
    deflater.setInput(data);
    deflater.finish();
    byte[] buffer = new byte[data.length + 1000];
    entry.data = Arrays.copyOf(buffer, 0);
    int length = deflater.deflate(buffer);
    deflater.end();
    entry.data = Arrays.copyOf(buffer, length);
    entry.compressed = length;
    entry.method = DEFLATED;
    return entry;
  }

  /** An archive of a pickle and storages {@code 0}, {@code 1}, …. */
  static RawZip of(byte[] pickle, byte[]... storages) {
    RawZip zip = new RawZip();
    zip.add("x/data.pkl", pickle);
    zip.add("x/byteorder", "little");
    for (int i = 0; i < storages.length; i++) {
      zip.add("x/data/" + i, storages[i]);
    }
    return zip;
  }

  byte[] build() {
    int bytes = before.length + comment.length + 200;
    for (Entry e : entries) {
      bytes += 100 + e.name.length + e.localName.length + e.data.length + 2 * e.extra.length;
    }
    ByteBuffer out = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN).put(before);
    List<Long> headers = new ArrayList<>();
    for (Entry e : entries) {
      headers.add((long) out.position());
      boolean wide = e.extra.length > 0;
      out.putInt(0x04034b50).putShort((short) 20).putShort((short) (e.flags ^ e.localFlags));
      out.putShort((short) e.method).putInt(0).putInt(e.crc);
      out.putInt(wide ? -1 : (int) e.compressed).putInt(wide ? -1 : (int) e.localSize);
      out.putShort((short) e.localName.length).putShort((short) e.extra.length);
      out.put(e.localName).put(e.extra).put(e.data);
    }
    int directory = out.position();
    for (int i = 0; i < entries.size(); i++) {
      Entry e = entries.get(i);
      long header = e.header < 0 ? headers.get(i) : e.header;
      boolean wide = e.extra.length > 0;
      if (wide) {
        ByteBuffer.wrap(e.extra).order(ByteOrder.LITTLE_ENDIAN).putLong(24, header);
      }
      out.putInt(0x02014b50).putShort((short) 20).putShort((short) 20).putShort((short) e.flags);
      out.putShort((short) e.method).putInt(0).putInt(e.crc);
      out.putInt(wide ? -1 : (int) e.compressed).putInt(wide ? -1 : (int) e.size);
      out.putShort((short) e.name.length).putShort((short) e.extra.length).putShort((short) 0);
      out.putShort((short) 0).putShort((short) 0).putInt(0).putInt(wide ? -1 : (int) header);
      out.put(e.name).put(e.extra);
    }
    int end = out.position();
    long entryCount = count < 0 ? entries.size() : count;
    if (zip64) {
      out.putInt(0x06064b50).putLong(44).putShort((short) 45).putShort((short) 45);
      out.putInt(disk).putInt(0).putLong(entryCount).putLong(entryCount);
      out.putLong(end - directory).putLong(directory);
      out.putInt(0x07064b50).putInt(0).putLong(end).putInt(1);
    }
    out.putInt(0x06054b50).putShort((short) disk).putShort((short) 0);
    short narrow = (short) Math.min(0xffff, entryCount);
    out.putShort(narrow).putShort(narrow);
    out.putInt(end - directory).putInt(directory);
    out.putShort((short) comment.length).put(comment);
    return Arrays.copyOf(out.array(), out.position());
  }
}
