package fastvit4j.model.fastvit;

import fastvit4j.model.Architecture;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.tensor.Weights;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * A FastViT architecture: the seven variants of the paper, its ablations, and any network of the
 * same family. Lists have one element for each of the four stages.
 *
 * @param name for example {@code fastvit_t8}
 * @param embedDims channels
 * @param depths blocks
 * @param mlpRatios hidden channels of a ConvFFN over its channels
 * @param mixers token mixers
 * @param positionalEncodings kernel size of the conditional positional encoding before a stage's
 *     blocks, 0 for none
 * @param convFfnKernel kernel size of the ConvFFN's depthwise convolution, odd, 3 to 11; 0 leaves
 *     the convolution out
 * @param patchEmbeddingKernel kernel size of the patch embeddings' strided convolution, odd, 3 to
 *     11; beyond 3 a parallel 3×3 branch helps in training
 * @param factorized depthwise and pointwise convolutions in stem and patch embeddings; if false,
 *     dense ones in their place
 * @param overparameterized train-time branches: MobileOne blocks with 1×1 scale and skip branches,
 *     and the patch embeddings' small kernel; if false, each has its one convolution with batch
 *     normalisation
 * @param normalization before attention and pooling, and in the ConvFFN
 * @param activation of stem, patch embeddings, ConvFFN and head
 * @param headRatio channels of the last convolution over the last stage's
 * @param classes outputs of the classifier
 */
public record FastViTConfig(
    String name,
    List<Integer> embedDims,
    List<Integer> depths,
    List<Integer> mlpRatios,
    List<Mixer> mixers,
    List<Integer> positionalEncodings,
    int convFfnKernel,
    int patchEmbeddingKernel,
    boolean factorized,
    boolean overparameterized,
    Normalization normalization,
    ActivationKind activation,
    double headRatio,
    int classes)
    implements Architecture {
  /** Channels of an attention head. */
  public static final int HEAD_DIM = 32;

  /** Stages of the network. */
  public static final int STAGES = 4;

  /** How many times smaller than the input the last stage is, in each direction. */
  public static final int STRIDE = 32;

  /** Checks that the parts fit together. */
  public FastViTConfig {
    embedDims = four("embedDims", embedDims, 1);
    depths = four("depths", depths, 1);
    mlpRatios = four("mlpRatios", mlpRatios, 1);
    positionalEncodings = four("positionalEncodings", positionalEncodings, 0);
    mixers = List.copyOf(mixers);
    require(
        mixers.size() == STAGES, "mixers must name " + STAGES + " stages, not " + mixers.size());
    require(
        convFfnKernel == 0 || kernel(convFfnKernel),
        "the ConvFFN's kernel must be 0, 3, 5, 7, 9 or 11");
    require(kernel(patchEmbeddingKernel), "the patch embedding's kernel must be 3, 5, 7, 9 or 11");
    require(classes >= 1, "there must be at least one class");
    require(headRatio * embedDims.getLast() >= 1, "the head's ratio must be positive");
    for (int stage = 0; stage < STAGES; stage++) {
      int kernel = positionalEncodings.get(stage);
      require(
          kernel == 0 || kernel % 2 == 1,
          "a positional encoding's kernel must be odd, or 0 for none");
      require(
          mixers.get(stage) != Mixer.ATTENTION || embedDims.get(stage) % HEAD_DIM == 0,
          "stage "
              + stage
              + " has "
              + embedDims.get(stage)
              + " channels, which make no heads of "
              + HEAD_DIM);
      require(
          stage == 0 || !factorized || embedDims.get(stage) % embedDims.get(stage - 1) == 0,
          "the channels of stage " + stage + " must be a multiple of those before it");
    }
  }

  /**
   * A configuration with the paper's defaults: factorized, overparameterized, 7×7 kernels, batch
   * normalisation, GELU.
   */
  public static FastViTConfig of(
      String name, List<Integer> embedDims, List<Integer> depths, int mlpRatio, Mixer lastMixer) {
    int encoding = lastMixer == Mixer.ATTENTION ? 7 : 0;
    return new FastViTConfig(
        name,
        embedDims,
        depths,
        Collections.nCopies(STAGES, mlpRatio),
        List.of(Mixer.REPMIXER, Mixer.REPMIXER, Mixer.REPMIXER, lastMixer),
        List.of(0, 0, 0, encoding),
        7,
        7,
        true,
        true,
        Normalization.BATCH,
        ActivationKind.GELU,
        2.0,
        1000);
  }

  @Override
  public FastViTConfig withClasses(int count) {
    return new FastViTConfig(
        name,
        embedDims,
        depths,
        mlpRatios,
        mixers,
        positionalEncodings,
        convFfnKernel,
        patchEmbeddingKernel,
        factorized,
        overparameterized,
        normalization,
        activation,
        headRatio,
        count);
  }

  @Override
  public FastViTConfig withName(String other) {
    return new FastViTConfig(
        other,
        embedDims,
        depths,
        mlpRatios,
        mixers,
        positionalEncodings,
        convFfnKernel,
        patchEmbeddingKernel,
        factorized,
        overparameterized,
        normalization,
        activation,
        headRatio,
        classes);
  }

  // Written out, as a record's own two make their code when they are first called, which short
  // commands feel.

  @Override
  public boolean equals(Object object) {
    return object instanceof FastViTConfig other
        && name.equals(other.name)
        && embedDims.equals(other.embedDims)
        && depths.equals(other.depths)
        && mlpRatios.equals(other.mlpRatios)
        && mixers.equals(other.mixers)
        && positionalEncodings.equals(other.positionalEncodings)
        && convFfnKernel == other.convFfnKernel
        && patchEmbeddingKernel == other.patchEmbeddingKernel
        && factorized == other.factorized
        && overparameterized == other.overparameterized
        && normalization == other.normalization
        && activation == other.activation
        && Double.compare(headRatio, other.headRatio) == 0
        && classes == other.classes;
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        name,
        embedDims,
        depths,
        mlpRatios,
        mixers,
        positionalEncodings,
        convFfnKernel,
        patchEmbeddingKernel,
        factorized,
        overparameterized,
        normalization,
        activation,
        headRatio,
        classes);
  }

  @Override
  public String classifier() {
    return "head.fc.weight";
  }

  @Override
  public Graph graph(Form form, Weights weights) {
    return FastViT.graph(this, form, weights);
  }

  /** Channels after the last convolution. */
  public int headChannels() {
    return (int) (embedDims.getLast() * headRatio);
  }

  private static boolean kernel(int size) {
    return size % 2 == 1 && size >= 3 && size <= 11;
  }

  private static List<Integer> four(String what, List<Integer> values, int least) {
    require(
        values.size() == STAGES, what + " must have " + STAGES + " elements, not " + values.size());
    for (int value : values) {
      require(value >= least, what + " must be at least " + least + ", not " + value);
    }
    return List.copyOf(values);
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
