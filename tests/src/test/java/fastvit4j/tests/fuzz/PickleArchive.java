package fastvit4j.tests.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A PyTorch file around a pickle: storages 0 to 3, of 48 bytes each. */
final class PickleArchive {
  private static final int STORAGES = 4;
  private static final int BYTES = 48;

  private PickleArchive() {}

  static byte[] of(byte[] pickle) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      add(zip, "x/data.pkl", pickle);
      for (int i = 0; i < STORAGES; i++) {
        add(zip, "x/data/" + i, new byte[BYTES]);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void add(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
  }
}
