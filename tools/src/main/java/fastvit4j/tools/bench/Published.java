package fastvit4j.tools.bench;

import fastvit4j.model.fastvit.Variant;

/**
 * What a publication says of a model; null where it says nothing.
 *
 * @param source where it stands, for example {@code FastViT, Table 2}
 * @param top1 accuracy on ImageNet-1k in percent
 * @param top1Distilled the same after distillation
 * @param parametersM millions of parameters
 * @param gmacs billions of multiply-accumulate operations of one image
 * @param gpuMs latency on an RTX 2080 Ti with TensorRT, batch 8
 * @param mobileMs latency on an iPhone 12 Pro with Core ML, batch 1
 */
public record Published(
    String source,
    Double top1,
    Double top1Distilled,
    Double parametersM,
    Double gmacs,
    Double gpuMs,
    Double mobileMs) {
  /** What the paper says of a variant, at its own input size. */
  public static Published of(Variant variant) {
    Variant.Paper paper = variant.paper();
    return new Published(
        "FastViT, Table 2",
        paper.top1(),
        paper.top1Distilled(),
        paper.parametersM(),
        paper.gmacs(),
        paper.gpuMs(),
        paper.mobileMs());
  }
}
