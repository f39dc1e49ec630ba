package fastvit4j.model.image;

import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Activation;
import java.nio.file.Path;
import java.util.List;

/**
 * Turns pictures into a network's input as PyTorch's evaluation pipelines do with Pillow: resize,
 * centre crop, {@code (x / 255 − mean) / std} in float32.
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

  /** The normalised value of each sample of each channel: 3 × 256. */
  private final float[][] normalised = new float[3][256];

  /** A preprocessor with these numbers. */
  public Preprocessor(Preprocessing preprocessing) {
    this.preprocessing = preprocessing;
    for (int c = 0; c < 3; c++) {
      float mean = preprocessing.mean().get(c);
      float std = preprocessing.std().get(c);
      for (int sample = 0; sample < 256; sample++) {
        normalised[c][sample] = (sample / 255f - mean) / std;
      }
    }
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
  public Activation load(Path... files) {
    return load(List.of(files));
  }

  /**
   * Reads picture files into a batch, in their order.
   *
   * @throws ImageException if one of them cannot be read
   */
  public Activation load(List<Path> files) {
    Activation batch = Activation.allocate(shape(files.size()));
    for (int n = 0; n < files.size(); n++) {
      write(Picture.read(files.get(n)), batch, n);
    }
    return batch;
  }

  /** A batch of pictures, in their order. */
  public Activation apply(Picture... pictures) {
    Activation batch = Activation.allocate(shape(pictures.length));
    for (int n = 0; n < pictures.length; n++) {
      write(pictures[n], batch, n);
    }
    return batch;
  }

  /**
   * Writes a picture into image {@code n} of a batch.
   *
   * @throws IllegalArgumentException if the batch has another height, width or number of channels
   * @throws IndexOutOfBoundsException if the batch has no image {@code n}
   */
  public void write(Picture picture, Activation batch, int n) {
    Shape shape = batch.shape();
    if (!shape.equals(shape(shape.n()))) {
      throw new IllegalArgumentException(
          "pictures become " + shape(shape.n()) + ", the batch is " + shape);
    }
    if (n < 0 || n >= shape.n()) {
      throw new IndexOutOfBoundsException("no image " + n + " in a batch of " + shape.n());
    }
    byte[] rgb = crop(picture).samples();
    Activation image = batch.image(n);
    for (int i = 0; i < rgb.length; i++) {
      image.set(i, normalised[i % 3][rgb[i] & 0xff]);
    }
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
