package fastvit4j.model.checkpoint;

import fastvit4j.model.Architecture;
import fastvit4j.model.fastvit.FastViTConfig;
import fastvit4j.model.fastvit.Variant;
import fastvit4j.model.io.Json;
import fastvit4j.model.io.JsonFormatException;
import fastvit4j.model.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Predicate;

/**
 * Finds out what a file of tensors is: from its metadata, else from names and shapes.
 *
 * @param file the file
 * @param parameters its tensors by timm's names
 * @param notes where warnings go
 */
record Recognition(TensorFile file, SequencedMap<String, Tensor> parameters, List<String> notes) {
  /** Counts of training steps, which inference has no use for. */
  private static final String STEP_COUNT = ".num_batches_tracked";

  /**
   * The tensors by timm's names, without the counts of training steps.
   *
   * @throws CheckpointException if two tensors are the same in both namings
   */
  static SequencedMap<String, Tensor> parameters(TensorFile file, Naming naming) {
    SequencedMap<String, Tensor> parameters = new LinkedHashMap<>();
    List<String> names =
        file.tensors().keySet().stream().filter(name -> !name.endsWith(STEP_COUNT)).toList();
    SequencedMap<String, String> timm = new LinkedHashMap<>();
    if (naming == Naming.ORIGINAL) {
      timm.putAll(OriginalNames.toTimm(names));
    } else {
      names.forEach(name -> timm.put(name, name));
    }
    timm.forEach(
        (name, to) -> {
          Tensor before = parameters.put(to, file.tensors().get(name).withName(to));
          if (before != null) {
            throw new CheckpointException(
                file.name(), "it has the tensor %s twice, in both namings; keep one".formatted(to));
          }
        });
    return parameters;
  }

  ShapeRecognition shapes() {
    return new ShapeRecognition(file.name(), parameters);
  }

  /** What the file is. */
  ModelInfo info() {
    Optional<JsonFields> json = metadata(ConfigJson::isFastViT);
    if (json.isEmpty()) {
      return ModelInfo.of(shapes().config());
    }
    return described(json.get(), () -> ConfigJson.architecture(json.get(), shown(json.get())));
  }

  /** What the file is, given what it must be but for its classes. */
  ModelInfo info(Architecture wanted) {
    Tensor classifier = parameters.get(wanted.classifier());
    boolean classifies = classifier != null && classifier.rank() == 2 && classifier.dim(0) > 0;
    Architecture architecture = classifies ? wanted.withClasses(classifier.dim(0)) : wanted;
    return metadata(json -> ConfigJson.isOf(json, wanted))
        .map(json -> described(json, () -> architecture))
        .orElseGet(() -> ModelInfo.of(architecture));
  }

  private interface Described {
    Architecture architecture();
  }

  private ModelInfo described(JsonFields json, Described as) {
    try {
      return ConfigJson.read(json, as.architecture(), notes);
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(
          file.name(),
          "the configuration in its metadata is wrong: %s; correct it or remove it"
              .formatted(e.getMessage()),
          e);
    }
  }

  /** What the tensors show, or the paper's defaults where the metadata says what is needed. */
  private FastViTConfig shown(JsonFields json) {
    try {
      return json.has("name") ? shapes().unnamed() : shapes().config();
    } catch (CheckpointException e) {
      if (json.has("layers") && json.has("embed_dims")) {
        return Variant.T8.config();
      }
      throw e;
    }
  }

  /** The configuration in the metadata, if it is of the network in question. */
  private Optional<JsonFields> metadata(Predicate<Map<String, Object>> matches) {
    String text = file.metadata().get(ModelInfo.CONFIG_KEY);
    if (text == null) {
      return Optional.empty();
    }
    try {
      Map<String, Object> json = Json.parseObject(text);
      return matches.test(json) ? Optional.of(new JsonFields(json)) : Optional.empty();
    } catch (JsonFormatException e) {
      throw new CheckpointException(
          file.name(),
          "the configuration in its metadata is not the JSON that it should be: %s; correct it or remove it"
              .formatted(e.getMessage()),
          e);
    }
  }
}
