package fastvit4j.model.checkpoint;

import fastvit4j.model.KnownModels;
import fastvit4j.model.fastvit.ActivationKind;
import fastvit4j.model.fastvit.FastViTConfig;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.fastvit.Mixer;
import fastvit4j.model.fastvit.Normalization;
import fastvit4j.model.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Derives form and architecture from the names and shapes of tensors alone. What they cannot show
 * is taken to be as in the paper: the activation; and in the folded forms, the train-time branches.
 *
 * @param file the checkpoint's name for messages
 * @param tensors the tensors by timm's names
 */
record ShapeRecognition(String file, Map<String, Tensor> tensors) {
  private static final String UNNAMED = "fastvit";

  /** Where a MobileOne block or a patch embedding has its convolution, by form. */
  private static final List<String> CONVOLUTIONS =
      List.of(".conv_kxk.0.conv.weight", ".large_conv.conv.weight", ".reparam_conv.weight");

  /**
   * Whether names, in either naming, are FastViT's: no other model that is known has a last
   * convolution.
   */
  static boolean isFastViT(Collection<String> names) {
    return names.stream()
        .anyMatch(name -> name.startsWith("final_conv.") || name.startsWith("conv_exp."));
  }

  /** The form that the names are of. */
  Form form() {
    if (any(name -> name.contains(".conv_kxk.") || name.contains(".large_conv."))) {
      return Form.TRAIN;
    }
    // Pooling keeps its own LayerScale, layer_scale_1, in every form: it has nothing to fold into.
    boolean scaled =
        any(
            name ->
                name.startsWith("stages.")
                    && (name.endsWith(".layer_scale.gamma")
                        || name.endsWith(".layer_scale_2.gamma")));
    return scaled ? Form.PUBLISHED : Form.INFERENCE;
  }

  /**
   * The architecture, named after its variant where it is one.
   *
   * @throws CheckpointException if the tensors are not FastViT's
   */
  FastViTConfig config() {
    FastViTConfig config = unnamed();
    return config.withName(
        KnownModels.of(config).map(known -> known.architecture().name()).orElse(UNNAMED));
  }

  /**
   * The architecture, without the search for its name.
   *
   * @throws CheckpointException if the tensors are not FastViT's
   */
  FastViTConfig unnamed() {
    try {
      return derive();
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(
          file, "holds no FastViT that can be built: " + e.getMessage() + "; name its variant", e);
    }
  }

  private FastViTConfig derive() {
    List<Integer> dims = new ArrayList<>();
    List<Integer> depths = new ArrayList<>();
    List<Integer> ratios = new ArrayList<>();
    List<Mixer> mixers = new ArrayList<>();
    List<Integer> encodings = new ArrayList<>();
    for (int stage = 0; stage < FastViTConfig.STAGES; stage++) {
      String block = "stages." + stage + ".blocks.0";
      Tensor widening = require(block + ".mlp.fc1.weight", 4);
      int channels = widening.dim(1);
      if (channels < 1 || widening.dim(0) % channels != 0) {
        throw new IllegalArgumentException(widening + " widens by no whole ratio");
      }
      dims.add(channels);
      ratios.add(widening.dim(0) / channels);
      depths.add(depth(stage));
      mixers.add(mixer(block));
      encodings.add(encoding(stage));
    }
    Tensor widest = convolution("final_conv");
    return new FastViTConfig(
        UNNAMED,
        dims,
        depths,
        ratios,
        mixers,
        encodings,
        convFfnKernel(),
        convolution("stages.1.downsample.proj.0").dim(2),
        any(name -> name.startsWith("stages.1.downsample.proj.1.")),
        overparameterized(),
        normalization(),
        ActivationKind.GELU,
        (double) widest.dim(0) / dims.getLast(),
        require("head.fc.weight", 2).dim(0));
  }

  private int depth(int stage) {
    int depth = 1;
    while (tensors.containsKey("stages." + stage + ".blocks." + depth + ".mlp.fc1.weight")) {
      depth++;
    }
    return depth;
  }

  private Mixer mixer(String block) {
    if (tensors.containsKey(block + ".token_mixer.qkv.weight")) {
      return Mixer.ATTENTION;
    }
    boolean convolves = any(name -> name.startsWith(block + ".token_mixer."));
    return convolves ? Mixer.REPMIXER : Mixer.POOLING;
  }

  private int encoding(int stage) {
    String encoding = "stages." + stage + ".pos_emb";
    return Stream.of(encoding + ".pos_enc.weight", encoding + ".reparam_conv.weight")
        .filter(tensors::containsKey)
        .findFirst()
        .map(name -> require(name, 4).dim(2))
        .orElse(0);
  }

  private int convFfnKernel() {
    String name = "stages.0.blocks.0.mlp.conv.conv.weight";
    return tensors.containsKey(name) ? require(name, 4).dim(2) : 0;
  }

  private boolean overparameterized() {
    return form() != Form.TRAIN
        || any(name -> name.contains(".conv_scale.") || name.contains(".small_conv."));
  }

  /** Layer normalisation has weights, but no running statistics. */
  private Normalization normalization() {
    return any(
            name ->
                (name.endsWith(".mlp.conv.bn.weight") || name.endsWith(".norm.weight"))
                    && !tensors.containsKey(
                        name.substring(0, name.length() - "weight".length()) + "running_var"))
        ? Normalization.LAYER
        : Normalization.BATCH;
  }

  private Tensor convolution(String block) {
    return CONVOLUTIONS.stream()
        .map(suffix -> block + suffix)
        .filter(tensors::containsKey)
        .findFirst()
        .map(name -> require(name, 4))
        .orElseThrow(() -> missing(block + CONVOLUTIONS.getFirst()));
  }

  private Tensor require(String name, int rank) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw missing(name);
    }
    if (tensor.rank() != rank) {
      throw new IllegalArgumentException(tensor + " must have " + rank + " dimensions");
    }
    return tensor;
  }

  private CheckpointException missing(String name) {
    String there = tensors.isEmpty() ? "no tensors" : Listing.first(tensors.keySet());
    return new CheckpointException(
        file,
        "is no FastViT: there is no tensor %s (it has %s); name a FastViT checkpoint"
            .formatted(name, there));
  }

  private boolean any(Predicate<String> matches) {
    return tensors.keySet().stream().anyMatch(matches);
  }
}
