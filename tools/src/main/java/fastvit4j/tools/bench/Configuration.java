package fastvit4j.tools.bench;

import fastvit4j.model.fastvit.Form;
import fastvit4j.model.operator.Shape;
import java.util.Locale;

/**
 * What one latency is of. Equal configurations of two results are compared with each other.
 *
 * @param model the model's name, as it is given on the command line
 * @param device the device's name
 * @param height rows of the input
 * @param width columns of the input
 * @param batch images computed at once
 * @param precision what activations and weights are stored as: {@link #FLOAT32} or another
 *     precision's name
 * @param form the form of the network
 * @param threads cores to use at most, 0 for all
 */
public record Configuration(
    String model,
    String device,
    int height,
    int width,
    int batch,
    String precision,
    Form form,
    int threads) {
  /** The precision that every device has. */
  public static final String FLOAT32 = "float32";

  private static final int RGB = 3;

  /** Checks the extents and the threads. */
  public Configuration {
    if (threads < 0) {
      throw new IllegalArgumentException("threads must be 0 (all) or more, not " + threads);
    }
    if (height < 1 || width < 1 || batch < 1) {
      throw new IllegalArgumentException(
          "height, width and batch must be at least 1, not %d, %d and %d"
              .formatted(height, width, batch));
    }
  }

  /** The shape of the input. */
  public Shape input() {
    return new Shape(batch, height, width, RGB);
  }

  /** The input's size as people write it, for example {@code 256} or {@code 224x320}. */
  public String size() {
    return height == width ? Integer.toString(height) : height + "x" + width;
  }

  /** The form as it is given on the command line. */
  public String formName() {
    return form.name().toLowerCase(Locale.ROOT);
  }

  /** The same on at most {@code count} cores, 0 for all. */
  public Configuration withThreads(int count) {
    return new Configuration(model, device, height, width, batch, precision, form, count);
  }

  /**
   * For example {@code t8 inference 256, batch 1, on cpu}, with {@code (1 thread)} where not all
   * cores may be used.
   */
  @Override
  public String toString() {
    String limit = threads == 0 ? "" : threads == 1 ? " (1 thread)" : " (" + threads + " threads)";
    String stored = precision.equals(FLOAT32) ? "" : ", " + precision;
    return "%s %s %s, batch %d%s, on %s%s"
        .formatted(model, formName(), size(), batch, stored, device, limit);
  }
}
