package fastvit4j.model.checkpoint;

import fastvit4j.model.Architecture;
import fastvit4j.model.ImageNetLabels;
import fastvit4j.model.KnownModel;
import fastvit4j.model.KnownModels;
import fastvit4j.model.Labels;
import fastvit4j.model.image.Preprocessing;
import fastvit4j.model.io.Json;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * What a checkpoint says besides its tensors.
 *
 * @param architecture the architecture
 * @param preprocessing how a picture becomes the network's input
 * @param labels names of the classes
 */
public record ModelInfo(Architecture architecture, Preprocessing preprocessing, Labels labels) {
  static final String CONFIG_KEY = "config";
  private static final int DEFAULT_SIZE = 256;
  private static final double DEFAULT_CROP = 0.9;

  /** Checks that there is a label for every class. */
  public ModelInfo {
    if (labels.size() != architecture.classes()) {
      throw new IllegalArgumentException(
          labels.size() + " labels for " + architecture.classes() + " classes");
    }
  }

  /**
   * What holds for a published checkpoint: ImageNet's preprocessing with the model's size and crop,
   * and ImageNet's labels where there are 1000 classes, else numbers.
   */
  public static ModelInfo of(Architecture architecture) {
    return new ModelInfo(
        architecture, defaultPreprocessing(architecture), defaultLabels(architecture.classes()));
  }

  static Preprocessing defaultPreprocessing(Architecture architecture) {
    return KnownModels.of(architecture)
        .map(KnownModel::preprocessing)
        .orElseGet(() -> Preprocessing.imageNet(DEFAULT_SIZE, DEFAULT_CROP));
  }

  static Labels defaultLabels(int classes) {
    return classes == ImageNetLabels.CLASSES ? ImageNetLabels.labels() : Labels.numbered(classes);
  }

  /** The metadata that a safetensors file carries, from which the same is read again. */
  public SequencedMap<String, String> toMetadata() {
    return new TreeMap<>(Map.of("format", "pt", CONFIG_KEY, Json.write(ConfigJson.write(this))));
  }
}
