package fastvit4j.model.image;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * The ImageIO readers, each one asked for by its own package, so that another plug-in on the class
 * path never changes what a picture looks like. Nothing is cached on disk.
 */
enum Codec {
  PNG("png", "com.sun.imageio."),
  JPEG("jpeg", "com.sun.imageio."),
  GIF("gif", "com.sun.imageio."),
  BMP("bmp", "com.sun.imageio."),
  WEBP("webp", "com.twelvemonkeys.imageio.");

  private final String format;
  private final String provider;

  Codec(String format, String provider) {
    this.format = format;
    this.provider = provider;
  }

  /** The first image in a file. */
  BufferedImage image(byte[] content) throws IOException {
    return read(content, reader -> reader.read(0));
  }

  /** The samples of the first image, without any conversion of colours. */
  Raster raster(byte[] content) throws IOException {
    return read(content, reader -> reader.readRaster(0, null));
  }

  private interface Step<T> {
    T of(ImageReader reader) throws IOException;
  }

  private <T> T read(byte[] content, Step<T> step) throws IOException {
    ImageReader reader = reader();
    try (ImageInputStream stream = new ContentStream(content)) {
      reader.setInput(stream, true, true);
      return step.of(reader);
    } finally {
      reader.dispose();
    }
  }

  private ImageReader reader() throws IOException {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
    while (readers.hasNext()) {
      ImageReader reader = readers.next();
      if (reader.getClass().getName().startsWith(provider)) {
        return reader;
      }
    }
    throw new IIOException("this Java has no reader for " + this);
  }
}
