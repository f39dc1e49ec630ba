package fastvit4j.kernels.tornado;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Reading of tiles, which may end outside of what they are cut from. */
final class Tiles {
  private Tiles() {}

  /** An element of a matrix, 0 where the tile ends outside of it. */
  static float element(FloatArray matrix, int row, int col, int rows, int cols) {
    float value = 0.0f;
    if (row < rows && col < cols) {
      value = matrix.get(row * cols + col);
    }
    return value;
  }

  /**
   * An element of an image of a batch [n, height, width, channels], 0 outside of it: the zeros that
   * a convolution pads with.
   */
  static float pixel(
      FloatArray images,
      int image,
      int line,
      int column,
      int channel,
      int height,
      int width,
      int channels) {
    float value = 0.0f;
    if (line >= 0 && line < height && column >= 0 && column < width && channel < channels) {
      value = images.get(((image * height + line) * width + column) * channels + channel);
    }
    return value;
  }
}
