package fastvit4j.model.image;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/** Writes PNG files of any colour type, depth and interlacing, from samples. */
final class TestPng {
  static final int GREY = 0;
  static final int RGB = 2;
  static final int PALETTE = 3;
  static final int GREY_ALPHA = 4;
  static final int RGBA = 6;

  private static final int[][] ADAM7 = {
    {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
  };

  private final ByteArrayOutputStream file = new ByteArrayOutputStream();

  TestPng() {
    file.writeBytes("\u0089PNG\r\n\u001a\n".getBytes(StandardCharsets.ISO_8859_1));
  }

  static int channels(int type) {
    return switch (type) {
      case RGB -> 3;
      case GREY_ALPHA -> 2;
      case RGBA -> 4;
      default -> 1;
    };
  }

  /** Appends a chunk with a right checksum. */
  TestPng chunk(String type, byte[] data) {
    byte[] name = type.getBytes(StandardCharsets.ISO_8859_1);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(data);
    return chunk(type, data, (int) crc.getValue());
  }

  /** Appends a chunk with this checksum. */
  TestPng chunk(String type, byte[] data, int checksum) {
    return append(
        out -> {
          out.writeInt(data.length);
          out.write(type.getBytes(StandardCharsets.ISO_8859_1));
          out.write(data);
          out.writeInt(checksum);
        },
        file);
  }

  TestPng header(int width, int height, int type, int depth, boolean interlaced) {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    append(
        out -> {
          out.writeInt(width);
          out.writeInt(height);
          out.writeByte(depth);
          out.writeByte(type);
          out.writeShort(0);
          out.writeByte(interlaced ? 1 : 0);
        },
        data);
    return chunk("IHDR", data.toByteArray());
  }

  /** The pixels, samples[y][x][channel]. */
  TestPng pixels(int[][][] samples, int depth, boolean interlaced) {
    ByteArrayOutputStream raw = new ByteArrayOutputStream();
    int[][] passes = interlaced ? ADAM7 : new int[][] {{0, 0, 1, 1}};
    for (int[] pass : passes) {
      for (int y = pass[1]; y < samples.length; y += pass[3]) {
        row(samples[y], pass[0], pass[2], depth, raw);
      }
    }
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(data)) {
      deflater.write(raw.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return chunk("IDAT", data.toByteArray());
  }

  private static void row(int[][] row, int from, int step, int depth, ByteArrayOutputStream raw) {
    if (from >= row.length) {
      return;
    }
    raw.write(0);
    int bits = 0;
    int held = 0;
    for (int x = from; x < row.length; x += step) {
      for (int sample : row[x]) {
        if (depth == 16) {
          raw.write(sample >> 8);
          raw.write(sample);
          continue;
        }
        held = held << depth | sample;
        bits += depth;
        if (bits == 8) {
          raw.write(held);
          bits = 0;
          held = 0;
        }
      }
    }
    if (bits > 0) {
      raw.write(held << (8 - bits));
    }
  }

  byte[] end() {
    return chunk("IEND", new byte[0]).file.toByteArray();
  }

  private interface Writing {
    void to(DataOutputStream out) throws IOException;
  }

  private TestPng append(Writing writing, ByteArrayOutputStream to) {
    try {
      writing.to(new DataOutputStream(to));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }
}
