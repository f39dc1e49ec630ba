package fastvit4j.model.image;

import fastvit4j.model.operator.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;

/**
 * Turns pictures into a network's input as PyTorch's evaluation pipelines do with Pillow: resize,
 * centre crop; {@link PixelBatch} normalises.
 *
 * <p>For a square input the shorter side becomes {@code s = floor(size / crop)} and the longer side
 * {@code floor(s · longer / shorter)}, as torchvision has it; for another input the picture is
 * scaled, keeping its proportions, until it just covers {@code floor(height / crop) × floor(width /
 * crop)}, as timm has it. The crop begins at half of what is too much, halves rounded to even. A
 * smaller picture is enlarged.
 *
 * <p>Safe to share between threads.
 */
public final class Preprocessor {
  private final Preprocessing preprocessing;

  /** A preprocessor with these numbers. */
  public Preprocessor(Preprocessing preprocessing) {
    this.preprocessing = preprocessing;
  }

  /** The numbers. */
  public Preprocessing preprocessing() {
    return preprocessing;
  }

  /** The shape of a batch of inputs, NHWC with 3 channels. */
  public Shape shape(int batch) {
    return new Shape(batch, preprocessing.height(), preprocessing.width(), 3);
  }

  /**
   * Reads picture files into a batch, in their order.
   *
   * @throws ImageException if one of them cannot be read
   */
  public PixelBatch load(Path... files) {
    return load(List.of(files));
  }

  /**
   * Reads picture files into a batch, in their order.
   *
   * @throws ImageException if one of them cannot be read
   */
  public PixelBatch load(List<Path> files) {
    return apply(files.stream().map(Picture::read).toArray(Picture[]::new));
  }

  /** A batch of pictures, in their order, cropped. */
  public PixelBatch apply(Picture... pictures) {
    Shape shape = shape(pictures.length);
    int bytes = shape.elements() / pictures.length;
    MemorySegment samples = MemorySegment.ofArray(new byte[shape.elements()]);
    for (int n = 0; n < pictures.length; n++) {
      byte[] rgb = crop(pictures[n]).samples();
      MemorySegment.copy(rgb, 0, samples, ValueLayout.JAVA_BYTE, (long) n * bytes, bytes);
    }
    return new PixelBatch(shape, samples, preprocessing);
  }

  /** The part of the resized picture that the network sees, 8 bits a sample, not normalised. */
  public Picture crop(Picture picture) {
    int height = preprocessing.height();
    int width = preprocessing.width();
    long[] size = resized(picture.width(), picture.height());
    return BicubicResize.window(
        picture, size[0], size[1], half(size[0] - width), half(size[1] - height), width, height);
  }

  /** Width and height that a picture is resized to before the crop. */
  long[] resized(int width, int height) {
    long coverWidth = (long) (preprocessing.width() / preprocessing.crop());
    long coverHeight = (long) (preprocessing.height() / preprocessing.crop());
    if (coverWidth == coverHeight) {
      return width <= height
          ? new long[] {coverWidth, coverWidth * height / width}
          : new long[] {coverHeight * width / height, coverHeight};
    }
    double ratio = Math.min((double) height / coverHeight, (double) width / coverWidth);
    return new long[] {(long) Math.rint(width / ratio), (long) Math.rint(height / ratio)};
  }

  /** Half of it, a half rounded to even, as Python's {@code round} does. */
  private static long half(long excess) {
    return (long) Math.rint(excess / 2.0);
  }
}
