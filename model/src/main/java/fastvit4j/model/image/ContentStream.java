package fastvit4j.model.image;

import java.io.IOException;
import javax.imageio.IIOException;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * A file's content as decoders read it. Reading past the end is an error after a while: the WebP
 * decoder takes missing bits for zeros, one exception a byte, and would go on for minutes.
 */
final class ContentStream extends ImageInputStreamImpl {
  /** Many more than a decoder asks for ahead of what it needs. */
  private static final int PATIENCE = 4096;

  private final byte[] content;
  private int pastEnd;

  ContentStream(byte[] content) {
    this.content = content;
  }

  @Override
  public int read() throws IOException {
    checkClosed();
    bitOffset = 0;
    if (streamPos >= content.length) {
      return end();
    }
    return content[(int) streamPos++] & 0xff;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    checkClosed();
    bitOffset = 0;
    if (length == 0) {
      return 0;
    }
    if (streamPos >= content.length) {
      return end();
    }
    int n = (int) Math.min(length, content.length - streamPos);
    System.arraycopy(content, (int) streamPos, to, offset, n);
    streamPos += n;
    return n;
  }

  @Override
  public long length() {
    return content.length;
  }

  private int end() throws IOException {
    if (++pastEnd > PATIENCE) {
      throw new IIOException("truncated");
    }
    return -1;
  }
}
