package fastvit4j.model.image;

import java.util.List;

/**
 * How a picture becomes a network's input: resized so that its shorter side is {@code floor(size /
 * crop)}, with antialiased bicubic interpolation as Pillow computes it; cropped to the centre;
 * scaled to [0, 1]; normalised by {@code (x − mean) / std}.
 *
 * @param height rows of the input
 * @param width columns of the input
 * @param crop the part of the resized shorter side that the crop takes, above 0 and at most 1
 * @param mean mean of red, green and blue
 * @param std standard deviation of red, green and blue
 */
public record Preprocessing(int height, int width, double crop, List<Float> mean, List<Float> std) {
  private static final List<Float> IMAGENET_MEAN = List.of(0.485f, 0.456f, 0.406f);
  private static final List<Float> IMAGENET_STD = List.of(0.229f, 0.224f, 0.225f);

  /** Checks the numbers. */
  public Preprocessing {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    if (height < 1 || width < 1 || !(crop > 0 && crop <= 1)) {
      throw new IllegalArgumentException(
          "no preprocessing to " + height + "x" + width + " with a crop of " + crop);
    }
    if (mean.size() != 3 || std.size() != 3 || std.stream().anyMatch(s -> !(s > 0))) {
      throw new IllegalArgumentException(
          "mean and deviation need three numbers each, deviations above 0");
    }
  }

  /** ImageNet's statistics, as FastViT's published checkpoints use them. */
  public static Preprocessing imageNet(int size, double crop) {
    return new Preprocessing(size, size, crop, IMAGENET_MEAN, IMAGENET_STD);
  }

  /** The same for another input size. */
  public Preprocessing withSize(int newHeight, int newWidth) {
    return new Preprocessing(newHeight, newWidth, crop, mean, std);
  }
}
