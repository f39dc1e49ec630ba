package fastvit4j.model.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** The formats that are read, each recognised by the first bytes of a file. */
enum ImageFormat {
  PNG("\u0089PNG\r\n\u001a\n") {
    @Override
    ImageFile open(byte[] content) throws IOException {
      return PngFile.open(content);
    }
  },
  JPEG("\u00ff\u00d8\u00ff") {
    @Override
    ImageFile open(byte[] content) throws IOException {
      return JpegFile.open(content);
    }
  },
  WEBP("RIFF") {
    @Override
    boolean starts(byte[] content) {
      return super.starts(content) && startsWith(content, 8, "WEBP");
    }

    @Override
    ImageFile open(byte[] content) throws IOException {
      return WebpFile.open(content);
    }
  },
  GIF("GIF8") {
    @Override
    ImageFile open(byte[] content) throws IOException {
      return GifFile.open(content);
    }
  },
  BMP("BM") {
    @Override
    ImageFile open(byte[] content) throws IOException {
      return BmpFile.open(content);
    }
  };

  /** What messages call the formats together. */
  static final String ALL = "PNG, JPEG, WebP, BMP or GIF";

  private record Other(String name, int offset, String signature) {}

  /** What people try as well; named so that the message can say what the file is. */
  private static final List<Other> OTHERS =
      List.of(
          new Other("a TIFF", 0, "II*\0"),
          new Other("a TIFF", 0, "MM\0*"),
          new Other("an AVIF", 4, "ftypavif"),
          new Other("a HEIC", 4, "ftyphei"),
          new Other("a HEIF", 4, "ftypmif1"),
          new Other("a JPEG 2000", 4, "jP  "),
          new Other("a JPEG XL", 4, "JXL "),
          new Other("a Photoshop", 0, "8BPS"),
          new Other("a PDF", 0, "%PDF"),
          new Other("an SVG", 0, "<svg"),
          new Other("an XML", 0, "<?xml"),
          new Other("a zip", 0, "PK\u0003\u0004"));

  private final String signature;

  ImageFormat(String signature) {
    this.signature = signature;
  }

  /** Whether these are the first bytes of a file of this format. */
  boolean starts(byte[] content) {
    return startsWith(content, 0, signature);
  }

  /** Reads the header. */
  abstract ImageFile open(byte[] content) throws IOException;

  /** The format of a file that starts with these bytes. */
  static Optional<ImageFormat> of(byte[] content) {
    for (ImageFormat format : values()) {
      if (format.starts(content)) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }

  /** What a file is that is none of these, with its article: "a TIFF", if it is known. */
  static Optional<String> other(byte[] content) {
    return OTHERS.stream()
        .filter(other -> startsWith(content, other.offset, other.signature))
        .map(Other::name)
        .findFirst();
  }

  private static boolean startsWith(byte[] content, int offset, String signature) {
    byte[] expected = signature.getBytes(StandardCharsets.ISO_8859_1);
    if (content.length < offset + expected.length) {
      return false;
    }
    for (int i = 0; i < expected.length; i++) {
      if (content[offset + i] != expected[i]) {
        return false;
      }
    }
    return true;
  }
}
