package fastvit4j.model.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/** Reads picture files, and turns whatever goes wrong into one line about the file. */
final class PictureReader {
  /** Enough for every signature. */
  private static final int HEAD = 64;

  /** More than an uncompressed picture of the most pixels, 4 bytes each, takes. */
  private static final int MAX_BYTES = 768 << 20;

  private PictureReader() {}

  static Picture read(Path file) {
    String name = file.toString();
    if (Files.isDirectory(file)) {
      throw new ImageException(name + " is a directory; give a picture file in it");
    }
    byte[] content;
    try (InputStream in = Files.newInputStream(file)) {
      content = content(in, name);
    } catch (NoSuchFileException e) {
      throw new ImageException("no picture file " + name + "; check its path", e);
    } catch (AccessDeniedException e) {
      throw new ImageException("no permission to read " + name + "; change its mode", e);
    } catch (IOException e) {
      String reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
      throw new ImageException(
          "cannot read " + name + " (" + oneLine(reason) + "); check its path and the disk", e);
    }
    return decode(content, name, Picture.MAX_PIXELS);
  }

  /**
   * All bytes of a stream, if its first bytes are those of a picture: a file of some gigabytes that
   * is no picture is refused at once.
   */
  static byte[] content(InputStream in, String name) throws IOException {
    byte[] head = in.readNBytes(HEAD);
    checkFormat(head, name);
    try {
      ByteArrayOutputStream content = new ByteArrayOutputStream(Math.max(HEAD, in.available()));
      content.write(head);
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        if (content.size() > MAX_BYTES - n) {
          throw new ImageException(
              name + " is larger than " + (MAX_BYTES >> 20) + " MiB; give a smaller picture");
        }
        content.write(buffer, 0, n);
      }
      return content.toByteArray();
    } catch (OutOfMemoryError e) {
      throw outOfMemory(name, e);
    }
  }

  /**
   * Decodes a file.
   *
   * @param limit the most pixels
   */
  static Picture decode(byte[] content, String name, long limit) {
    ImageFormat format = checkFormat(content, name);
    try {
      ImageFile file = format.open(content);
      checkSize(file, name, limit);
      Picture stored = file.decode();
      if (stored.width() != file.width() || stored.height() != file.height()) {
        throw new IOException("its header claims " + file.width() + "x" + file.height());
      }
      return Exif.upright(stored, file.orientation());
    } catch (ImageException e) {
      throw e;
    } catch (OutOfMemoryError e) {
      throw outOfMemory(name, e);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      // Decoders answer damaged data with index errors, negative array sizes and the like.
      String detail = e instanceof IOException ? " (" + oneLine(e.getMessage()) + ")" : "";
      throw new ImageException(
          name + " is a damaged " + format + " picture" + detail + "; save or download it again",
          e);
    }
  }

  private static ImageFormat checkFormat(byte[] content, String name) {
    if (content.length == 0) {
      throw new ImageException(name + " is empty; give a picture file");
    }
    return ImageFormat.of(content).orElseThrow(() -> notPicture(content, name));
  }

  private static ImageException notPicture(byte[] content, String name) {
    return new ImageException(
        ImageFormat.other(content)
            .map(other -> name + " is " + other + " file; convert it to " + ImageFormat.ALL)
            .orElse(name + " is no picture that can be read; give a " + ImageFormat.ALL));
  }

  private static void checkSize(ImageFile file, String name, long limit) {
    long width = file.width();
    long height = file.height();
    String size = width + "x" + height;
    if (width < 1 || height < 1) {
      throw new ImageException(name + " has no pixels (" + size + "); give another picture");
    }
    if (width > limit / height) {
      throw new ImageException(
          String.format(
              Locale.ROOT,
              "%s claims %s pixels, more than the %,d allowed; scale it down first",
              name,
              size,
              limit));
    }
  }

  private static ImageException outOfMemory(String name, OutOfMemoryError e) {
    return new ImageException(
        name + " needs more memory than Java has; scale it down, or raise -Xmx", e);
  }

  private static String oneLine(String message) {
    return message == null ? "no reason given" : message.strip().replaceAll("\\s+", " ");
  }
}
