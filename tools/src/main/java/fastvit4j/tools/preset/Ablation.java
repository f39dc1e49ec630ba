package fastvit4j.tools.preset;

import fastvit4j.model.fastvit.ActivationKind;
import fastvit4j.model.fastvit.FastViTConfig;
import fastvit4j.model.fastvit.Mixer;
import fastvit4j.model.fastvit.Normalization;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What the paper's ablations change in FastViT-S12.
 *
 * @param thirdDim channels of the third stage: 256, or PoolFormer's 320, which depthwise
 *     convolutions cannot make of the second's 128
 * @param mixers token mixers of the four stages
 * @param ffnKernel kernel of the ConvFFN's depthwise convolution, 0 for none
 * @param patchKernel kernel of the patch embeddings
 * @param factorized depthwise and pointwise convolutions in stem and patch embeddings
 * @param overparameterized train-time branches
 * @param normalization before attention and in the ConvFFN
 * @param activation of all blocks
 */
record Ablation(
    int thirdDim,
    List<Mixer> mixers,
    int ffnKernel,
    int patchKernel,
    boolean factorized,
    boolean overparameterized,
    Normalization normalization,
    ActivationKind activation) {
  private static final int ENCODING = 7;

  /** FastViT-S12 itself. */
  static final Ablation S12 =
      new Ablation(
          256,
          Collections.nCopies(FastViTConfig.STAGES, Mixer.REPMIXER),
          7,
          7,
          true,
          true,
          Normalization.BATCH,
          ActivationKind.GELU);

  /** PoolFormer-S12's widths and dense convolutions, without any convolution in the ConvFFN. */
  static Ablation dense(Mixer mixer) {
    return new Ablation(
        320,
        Collections.nCopies(FastViTConfig.STAGES, mixer),
        0,
        3,
        false,
        false,
        Normalization.BATCH,
        ActivationKind.GELU);
  }

  /** With other large kernels. */
  Ablation kernels(int ffn, int patch) {
    return new Ablation(
        thirdDim, mixers, ffn, patch, factorized, overparameterized, normalization, activation);
  }

  /** Without train-time branches. */
  Ablation plain() {
    return new Ablation(
        thirdDim, mixers, ffnKernel, patchKernel, factorized, false, normalization, activation);
  }

  /** With attention in the last so many stages. */
  Ablation attention(int stages) {
    List<Mixer> some =
        IntStream.range(0, FastViTConfig.STAGES)
            .mapToObj(s -> s < FastViTConfig.STAGES - stages ? Mixer.REPMIXER : Mixer.ATTENTION)
            .toList();
    return new Ablation(
        thirdDim,
        some,
        ffnKernel,
        patchKernel,
        factorized,
        overparameterized,
        normalization,
        activation);
  }

  /** With another normalisation and activation. */
  Ablation with(Normalization other, ActivationKind function) {
    return new Ablation(
        thirdDim, mixers, ffnKernel, patchKernel, factorized, overparameterized, other, function);
  }

  /** The architecture. */
  FastViTConfig config(String name) {
    return new FastViTConfig(
        name,
        List.of(64, 128, thirdDim, 512),
        List.of(2, 2, 6, 2),
        Collections.nCopies(FastViTConfig.STAGES, 4),
        mixers,
        mixers.stream().map(mixer -> mixer == Mixer.ATTENTION ? ENCODING : 0).toList(),
        ffnKernel,
        patchKernel,
        factorized,
        overparameterized,
        normalization,
        activation,
        2.0,
        1000);
  }
}
