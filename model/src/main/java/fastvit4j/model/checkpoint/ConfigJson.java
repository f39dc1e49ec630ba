package fastvit4j.model.checkpoint;

import fastvit4j.model.Architecture;
import fastvit4j.model.Labels;
import fastvit4j.model.fastvit.ActivationKind;
import fastvit4j.model.fastvit.FastViTConfig;
import fastvit4j.model.fastvit.Mixer;
import fastvit4j.model.fastvit.Normalization;
import fastvit4j.model.image.Preprocessing;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The JSON object under {@code config} in a checkpoint's metadata. All fields may be missing; those
 * of the architecture then are as the tensors show, or as in the paper.
 */
final class ConfigJson {
  private static final String ARCHITECTURE = "fastvit";
  private static final int LARGEST_INPUT = 1 << 14;
  private static final String INTERPOLATION = "bicubic";

  private ConfigJson() {}

  /** Whether the object describes a network of this family. */
  static boolean isFastViT(Map<String, Object> json) {
    return ARCHITECTURE.equals(json.get("architecture"));
  }

  /** Whether the object describes a network of that architecture's name, or of its family. */
  static boolean isOf(Map<String, Object> json, Architecture architecture) {
    return architecture instanceof FastViTConfig
        ? isFastViT(json)
        : architecture.name().equals(json.get("architecture"));
  }

  /**
   * Reads the architecture.
   *
   * @param shown what the checkpoint's tensors show, for the fields that are missing
   * @throws IllegalArgumentException naming the field that is not as it must be
   */
  static FastViTConfig architecture(JsonFields json, FastViTConfig shown) {
    return new FastViTConfig(
        json.text("name", shown.name()),
        json.ints("embed_dims", shown.embedDims()),
        json.ints("layers", shown.depths()),
        json.ints("mlp_ratios", shown.mlpRatios()),
        json.has("token_mixers")
            ? json.texts("token_mixers").stream()
                .map(mixer -> constant(Mixer.class, "token_mixers", mixer))
                .toList()
            : shown.mixers(),
        json.has("pos_embs") ? json.kernels("pos_embs") : shown.positionalEncodings(),
        json.integer("conv_ffn_kernel", shown.convFfnKernel()),
        json.integer("patch_embedding_kernel", shown.patchEmbeddingKernel()),
        json.flag("factorized", shown.factorized()),
        json.flag("overparameterized", shown.overparameterized()),
        constant(
            Normalization.class,
            "normalization",
            json.text("normalization", shown.normalization().name())),
        constant(
            ActivationKind.class, "activation", json.text("activation", shown.activation().name())),
        json.number("cls_ratio", shown.headRatio()),
        json.integer("num_classes", shown.classes()));
  }

  /**
   * Reads preprocessing and labels.
   *
   * @throws IllegalArgumentException naming the field that is not as it must be
   */
  static ModelInfo read(JsonFields json, Architecture architecture, List<String> warnings) {
    Preprocessing p = ModelInfo.defaultPreprocessing(architecture);
    List<Integer> size = json.ints("input_size", List.of(3, p.height(), p.width()));
    if (size.size() != 3 || size.getFirst() != 3) {
      throw new IllegalArgumentException("input_size must be [3, height, width], not " + size);
    }
    if (Math.max(size.get(1), size.get(2)) > LARGEST_INPUT) {
      throw new IllegalArgumentException("input_size must be at most " + LARGEST_INPUT);
    }
    String interpolation = json.text("interpolation", INTERPOLATION);
    if (!interpolation.equals(INTERPOLATION)) {
      warnings.add(
          "the checkpoint asks for %s interpolation; pictures are resized with %s"
              .formatted(interpolation, INTERPOLATION));
    }
    Preprocessing preprocessing =
        new Preprocessing(
            size.get(1),
            size.get(2),
            json.number("crop_pct", p.crop()),
            json.floats("mean", p.mean()),
            json.floats("std", p.std()));
    Labels labels =
        json.has("labels")
            ? new Labels(json.texts("labels"))
            : ModelInfo.defaultLabels(architecture.classes());
    return new ModelInfo(architecture, preprocessing, labels);
  }

  /** The same as an object to write. */
  static Map<String, Object> write(ModelInfo info) {
    Preprocessing preprocessing = info.preprocessing();
    Map<String, Object> json = new LinkedHashMap<>();
    if (info.architecture() instanceof FastViTConfig config) {
      write(config, json);
    } else {
      json.put("architecture", info.architecture().name());
    }
    json.put("num_classes", info.architecture().classes());
    json.put("input_size", List.of(3, preprocessing.height(), preprocessing.width()));
    json.put("mean", preprocessing.mean());
    json.put("std", preprocessing.std());
    json.put("crop_pct", preprocessing.crop());
    json.put("interpolation", INTERPOLATION);
    json.put("labels", info.labels().names());
    return json;
  }

  private static void write(FastViTConfig config, Map<String, Object> json) {
    json.put("architecture", ARCHITECTURE);
    json.put("name", config.name());
    json.put("layers", config.depths());
    json.put("embed_dims", config.embedDims());
    json.put("mlp_ratios", config.mlpRatios());
    json.put("token_mixers", config.mixers().stream().map(ConfigJson::lower).toList());
    json.put(
        "pos_embs",
        config.positionalEncodings().stream().map(k -> k == 0 ? null : List.of(k, k)).toList());
    json.put("conv_ffn_kernel", config.convFfnKernel());
    json.put("patch_embedding_kernel", config.patchEmbeddingKernel());
    json.put("factorized", config.factorized());
    json.put("overparameterized", config.overparameterized());
    json.put("normalization", lower(config.normalization()));
    json.put("activation", lower(config.activation()));
    json.put("cls_ratio", config.headRatio());
  }

  static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static <E extends Enum<E>> E constant(Class<E> type, String field, String name) {
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equalsIgnoreCase(name)) {
        return constant;
      }
    }
    List<String> known = Arrays.stream(type.getEnumConstants()).map(ConfigJson::lower).toList();
    throw new IllegalArgumentException(field + " has '" + name + "'; there are " + known);
  }
}
