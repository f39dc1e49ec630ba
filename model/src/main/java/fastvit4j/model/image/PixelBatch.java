package fastvit4j.model.image;

import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Activation;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Pictures cropped to a network's input and not yet normalised: a byte for each sample, a quarter
 * of the input's size. A device that normalises by itself takes them as they are; {@link
 * #normalised} is what it must compute.
 *
 * @param shape batch, height, width, 3 channels
 * @param samples red, green and blue of each pixel from 0 to 255, NHWC, {@code shape.elements()}
 *     bytes
 * @param preprocessing whose mean and deviation normalise the samples
 */
public record PixelBatch(Shape shape, MemorySegment samples, Preprocessing preprocessing) {
  private static final int CHANNELS = 3;
  private static final int VALUES = 256;

  /** Checks that the memory holds the shape. */
  public PixelBatch {
    if (shape.c() != CHANNELS || samples.byteSize() != shape.elements()) {
      throw new IllegalArgumentException(
          samples.byteSize()
              + " samples for pictures of "
              + shape
              + ": there must be 3 for each pixel");
    }
  }

  /** Pictures {@code first} to {@code first + count}, in the same memory. */
  public PixelBatch pictures(int first, int count) {
    long picture = samples.byteSize() / shape.n();
    return new PixelBatch(
        shape.withBatch(count), samples.asSlice(first * picture, count * picture), preprocessing);
  }

  /** The network's input: {@code (x / 255 − mean) / std} in float32, channel by channel. */
  public Activation normalised() {
    Activation activation = Activation.onHeap(shape);
    normaliseInto(activation.data());
    return activation;
  }

  /**
   * Writes the network's input into memory of {@code 4 · elements} bytes.
   *
   * @throws IllegalArgumentException if it has another size
   */
  public void normaliseInto(MemorySegment floats) {
    MemorySegment data = new Activation(shape, floats).data();
    float[][] table = new float[CHANNELS][VALUES];
    for (int c = 0; c < CHANNELS; c++) {
      float mean = preprocessing.mean().get(c);
      float std = preprocessing.std().get(c);
      for (int sample = 0; sample < VALUES; sample++) {
        table[c][sample] = (sample / 255f - mean) / std;
      }
    }
    int length = shape.w() * CHANNELS;
    byte[] row = new byte[length];
    float[] normalised = new float[length];
    for (long y = 0; y < (long) shape.n() * shape.h(); y++) {
      MemorySegment.copy(samples, ValueLayout.JAVA_BYTE, y * length, row, 0, length);
      normalise(row, table, normalised);
      MemorySegment.copy(
          normalised, 0, data, ValueLayout.JAVA_FLOAT_UNALIGNED, 4 * y * length, length);
    }
  }

  private static void normalise(byte[] row, float[][] table, float[] normalised) {
    for (int i = 0; i < row.length; i += CHANNELS) {
      normalised[i] = table[0][row[i] & 0xff];
      normalised[i + 1] = table[1][row[i + 1] & 0xff];
      normalised[i + 2] = table[2][row[i + 2] & 0xff];
    }
  }
}
