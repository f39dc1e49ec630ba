package fastvit4j.tools.bundle;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Writes a tar archive of the POSIX ustar format: regular files up to 8 GiB and symbolic links,
 * owned by root, all of one time. What it is given in the same order gives the same bytes.
 */
final class TarWriter {
  private static final int BLOCK = 512;
  private static final int NAME_BYTES = 100;
  private static final int PREFIX_BYTES = 155;
  private static final long LARGEST = 0_77777777777L;

  /** Where the fields of a header begin. */
  private static final int NAME = 0;

  private static final int MODE = 100;
  private static final int OWNER = 108;
  private static final int GROUP = 116;
  private static final int SIZE = 124;
  private static final int TIME = 136;
  private static final int CHECKSUM = 148;
  private static final int TYPE = 156;
  private static final int LINK = 157;
  private static final int MAGIC = 257;
  private static final int PREFIX = 345;

  private final OutputStream out;
  private final long seconds;

  /**
   * @param out where the archive goes; the caller's to close
   * @param seconds the files' time of modification, in seconds since 1970
   */
  TarWriter(OutputStream out, long seconds) {
    this.out = out;
    this.seconds = seconds;
  }

  /** Adds a file with the content of another, which must not change meanwhile. */
  void file(String name, Path source, boolean executable) throws IOException {
    long size = Files.size(source);
    header(name, executable, size, '0', "");
    try (InputStream in = Files.newInputStream(source)) {
      long copied = in.transferTo(out);
      if (copied != size) {
        throw new IOException(source + " changed while it was read");
      }
    }
    pad(size);
  }

  /** Adds a file with a text in UTF-8. */
  void text(String name, String content) throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    header(name, /* executable= */ false, bytes.length, '0', "");
    out.write(bytes);
    pad(bytes.length);
  }

  /** Adds a symbolic link. */
  void link(String name, String target) throws IOException {
    header(name, /* executable= */ true, /* size= */ 0, '2', target);
  }

  /** Writes what ends an archive; the stream stays open. */
  void finish() throws IOException {
    out.write(new byte[2 * BLOCK]);
  }

  private void header(String path, boolean executable, long size, char type, String target)
      throws IOException {
    byte[] header = new byte[BLOCK];
    int split = split(path);
    text(header, NAME, NAME_BYTES, path.substring(split));
    text(header, PREFIX, PREFIX_BYTES, path.substring(0, Math.max(split - 1, 0)));
    text(header, LINK, NAME_BYTES, target);
    if (size > LARGEST) {
      throw new IOException(path + " is too large for a tar archive");
    }
    octal(header, MODE, 7, executable ? 0755 : 0644);
    octal(header, OWNER, 7, 0);
    octal(header, GROUP, 7, 0);
    octal(header, SIZE, 11, size);
    octal(header, TIME, 11, seconds);
    header[TYPE] = (byte) type;
    text(header, MAGIC, 8, "ustar\00000");
    // The sum is taken with blanks in its own field.
    Arrays.fill(header, CHECKSUM, CHECKSUM + 8, (byte) ' ');
    int sum = 0;
    for (byte b : header) {
      sum += Byte.toUnsignedInt(b);
    }
    octal(header, CHECKSUM, 6, sum);
    header[CHECKSUM + 6] = 0;
    out.write(header);
  }

  /** Where the name begins that fits its field, behind a slash: 0 for a short path. */
  private static int split(String path) throws IOException {
    int length = path.getBytes(StandardCharsets.UTF_8).length;
    if (length <= NAME_BYTES) {
      return 0;
    }
    for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      int before = path.substring(0, slash).getBytes(StandardCharsets.UTF_8).length;
      if (before > PREFIX_BYTES) {
        break;
      }
      if (length - before - 1 <= NAME_BYTES) {
        return slash + 1;
      }
    }
    throw new IOException("the path " + path + " is too long for a tar archive");
  }

  private static void text(byte[] header, int offset, int length, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > length) {
      throw new IOException("the path " + text + " is too long for a tar archive");
    }
    System.arraycopy(bytes, 0, header, offset, bytes.length);
  }

  private static void octal(byte[] header, int offset, int digits, long value) {
    String text = Long.toOctalString(value);
    Arrays.fill(header, offset, offset + digits, (byte) '0');
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, header, offset + digits - bytes.length, bytes.length);
  }

  private void pad(long size) throws IOException {
    out.write(new byte[(int) ((BLOCK - size % BLOCK) % BLOCK)]);
  }
}
