package fastvit4j.model;

import fastvit4j.model.image.Preprocessing;

/**
 * A model that the project can build by its name.
 *
 * @param architecture the network, with ImageNet-1k's 1000 classes
 * @param size height and width of its input
 * @param crop the part of the resized image's shorter side that the centre crop takes
 * @param published what is published of it, or null
 */
public record KnownModel(Architecture architecture, int size, double crop, Published published) {
  private static final String PREFIX = "fastvit_";

  /** The name that users give: {@code t8} of {@code fastvit_t8}, and {@code resnet50}. */
  public String name() {
    String full = architecture.name();
    return full.startsWith(PREFIX) ? full.substring(PREFIX.length()) : full;
  }

  /** Whether it is a variant of FastViT. */
  public boolean isFastViT() {
    return architecture.name().startsWith(PREFIX);
  }

  /** How a picture becomes the network's input. */
  public Preprocessing preprocessing() {
    return Preprocessing.imageNet(size, crop);
  }
}
