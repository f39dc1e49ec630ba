package fastvit4j.model.image;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import javax.imageio.IIOException;

/**
 * The first frame of a GIF file, at its place on the screen that the file describes; what it does
 * not cover is transparent.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record GifFile(long width, long height, int left, int top, byte[] content) implements ImageFile {
  private static final int HEADER = 13;
  private static final int EXTENSION = 0x21;
  private static final int FRAME = 0x2c;

  static GifFile open(byte[] content) throws IOException {
    try {
      ByteBuffer in = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
      int screenWidth = Short.toUnsignedInt(in.getShort(6));
      int screenHeight = Short.toUnsignedInt(in.getShort(8));
      in.position(HEADER + paletteBytes(in.get(10)));
      int block = in.get();
      while (block == EXTENSION) {
        in.get();
        skipBlocks(in);
        block = in.get();
      }
      if (block != FRAME) {
        throw new IIOException("no frame in it");
      }
      int left = Short.toUnsignedInt(in.getShort());
      int top = Short.toUnsignedInt(in.getShort());
      int frameWidth = Short.toUnsignedInt(in.getShort());
      int frameHeight = Short.toUnsignedInt(in.getShort());
      in.position(in.position() + 1 + paletteBytes(in.get(in.position())));
      in.get();
      skipBlocks(in);
      if (frameWidth == 0 || frameHeight == 0) {
        return new GifFile(0, 0, 0, 0, content);
      }
      return new GifFile(
          Math.max(screenWidth, left + frameWidth),
          Math.max(screenHeight, top + frameHeight),
          left,
          top,
          content);
    } catch (IndexOutOfBoundsException | BufferUnderflowException | IllegalArgumentException e) {
      throw new IIOException("truncated", e);
    }
  }

  private static int paletteBytes(byte flags) {
    return (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);
  }

  private static void skipBlocks(ByteBuffer in) {
    for (int size = in.get() & 0xff; size != 0; size = in.get() & 0xff) {
      in.position(in.position() + size);
    }
  }

  @Override
  public Picture decode() throws IOException {
    Picture frame = Pixels.toPicture(Codec.GIF.image(content));
    if (frame.width() == width && frame.height() == height) {
      return frame;
    }
    byte[] screen = new byte[Math.toIntExact(3 * width * height)];
    Arrays.fill(screen, (byte) 255);
    for (int y = 0; y < frame.height(); y++) {
      int at = Math.toIntExact(3 * ((top + y) * width + left));
      System.arraycopy(frame.samples(), 3 * y * frame.width(), screen, at, 3 * frame.width());
    }
    return new Picture((int) width, (int) height, screen);
  }
}
