package fastvit4j.model.checkpoint;

import fastvit4j.model.ImageNetLabels;
import fastvit4j.model.Labels;
import fastvit4j.model.fastvit.FastViTConfig;
import fastvit4j.model.fastvit.Variant;
import fastvit4j.model.image.Preprocessing;
import fastvit4j.model.io.Json;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * What a checkpoint says besides its tensors.
 *
 * @param config the architecture
 * @param preprocessing how a picture becomes the network's input
 * @param labels names of the classes
 */
public record ModelInfo(FastViTConfig config, Preprocessing preprocessing, Labels labels) {
  static final String CONFIG_KEY = "config";
  private static final int DEFAULT_SIZE = 256;
  private static final double DEFAULT_CROP = 0.9;

  /** Checks that there is a label for every class. */
  public ModelInfo {
    if (labels.size() != config.classes()) {
      throw new IllegalArgumentException(
          labels.size() + " labels for " + config.classes() + " classes");
    }
  }

  /**
   * What holds for a published checkpoint: ImageNet's preprocessing with the variant's crop, and
   * ImageNet's labels where there are 1000 classes, else numbers.
   */
  public static ModelInfo of(FastViTConfig config) {
    double crop = variantOf(config).map(Variant::crop).orElse(DEFAULT_CROP);
    return new ModelInfo(
        config, Preprocessing.imageNet(DEFAULT_SIZE, crop), defaultLabels(config.classes()));
  }

  static Labels defaultLabels(int classes) {
    return classes == ImageNetLabels.CLASSES ? ImageNetLabels.labels() : Labels.numbered(classes);
  }

  /** The variant of that architecture, whatever its name and number of classes. */
  static Optional<Variant> variantOf(FastViTConfig config) {
    for (Variant variant : Variant.values()) {
      FastViTConfig same = variant.config().withClasses(config.classes()).withName(config.name());
      if (same.equals(config)) {
        return Optional.of(variant);
      }
    }
    return Optional.empty();
  }

  /** The metadata that a safetensors file carries, from which the same is read again. */
  public SequencedMap<String, String> toMetadata() {
    return new TreeMap<>(Map.of("format", "pt", CONFIG_KEY, Json.write(ConfigJson.write(this))));
  }
}
