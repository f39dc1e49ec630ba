package fastvit4j.model.fastvit;

import java.util.List;

/**
 * The seven variants of the paper (Table 2), with what it and the published checkpoints say of
 * them.
 */
public enum Variant {
  T8(
      config("t8", List.of(48, 96, 192, 384), List.of(2, 2, 4, 2), 3, Mixer.REPMIXER),
      0.9,
      new Paper(3.6, 0.7, 1.7, 0.8, 75.6, 76.7)),
  T12(
      config("t12", List.of(64, 128, 256, 512), List.of(2, 2, 6, 2), 3, Mixer.REPMIXER),
      0.9,
      new Paper(6.8, 1.4, 2.1, 1.2, 79.1, 80.3)),
  S12(
      config("s12", List.of(64, 128, 256, 512), List.of(2, 2, 6, 2), 4, Mixer.REPMIXER),
      0.9,
      new Paper(8.8, 1.8, 2.2, 1.4, 79.8, 80.9)),
  SA12(
      config("sa12", List.of(64, 128, 256, 512), List.of(2, 2, 6, 2), 4, Mixer.ATTENTION),
      0.9,
      new Paper(10.9, 1.9, 2.5, 1.6, 80.6, 81.9)),
  SA24(
      config("sa24", List.of(64, 128, 256, 512), List.of(4, 4, 12, 4), 4, Mixer.ATTENTION),
      0.9,
      new Paper(20.6, 3.8, 3.8, 2.6, 82.6, 83.4)),
  SA36(
      config("sa36", List.of(64, 128, 256, 512), List.of(6, 6, 18, 6), 4, Mixer.ATTENTION),
      0.9,
      new Paper(30.4, 5.6, 5.2, 3.5, 83.6, 84.2)),
  MA36(
      config("ma36", List.of(76, 152, 304, 608), List.of(6, 6, 18, 6), 4, Mixer.ATTENTION),
      0.95,
      new Paper(42.7, 7.9, 6.7, 4.5, 83.9, 84.6));

  private final FastViTConfig config;
  private final double crop;
  private final Paper paper;

  Variant(FastViTConfig config, double crop, Paper paper) {
    this.config = config;
    this.crop = crop;
    this.paper = paper;
  }

  /**
   * What the paper prints.
   *
   * @param parametersM millions of parameters (Table 2; the published code has somewhat more)
   * @param gmacs billions of multiply-accumulate operations at 256×256
   * @param gpuMs latency on an RTX 2080 Ti with TensorRT, batch 8
   * @param mobileMs latency on an iPhone 12 Pro with Core ML, batch 1
   * @param top1 accuracy on ImageNet-1k in percent
   * @param top1Distilled the same after distillation
   */
  public record Paper(
      double parametersM,
      double gmacs,
      double gpuMs,
      double mobileMs,
      double top1,
      double top1Distilled) {}

  /** The architecture, with ImageNet-1k's 1000 classes. */
  public FastViTConfig config() {
    return config;
  }

  /** The part of the resized image's shorter side that the centre crop takes. */
  public double crop() {
    return crop;
  }

  /** The paper's figures. */
  public Paper paper() {
    return paper;
  }

  private static FastViTConfig config(
      String suffix, List<Integer> dims, List<Integer> depths, int mlpRatio, Mixer last) {
    return FastViTConfig.of("fastvit_" + suffix, dims, depths, mlpRatio, last);
  }
}
