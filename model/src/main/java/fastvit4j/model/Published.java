package fastvit4j.model;

/**
 * What is published of a model; what is not is null.
 *
 * @param source where, for example {@code FastViT, Table 2}
 * @param size height and width of the input
 * @param parametersM millions of parameters
 * @param gmacs billions of multiply-accumulate operations, which papers call FLOPs
 * @param gpuMs latency on an RTX 2080 Ti with TensorRT, batch 8
 * @param mobileMs latency on an iPhone 12 Pro with Core ML, batch 1
 * @param top1 accuracy on ImageNet-1k in percent
 * @param top1Distilled the same after distillation
 */
public record Published(
    String source,
    int size,
    Double parametersM,
    Double gmacs,
    Double gpuMs,
    Double mobileMs,
    Double top1,
    Double top1Distilled) {
  /** What authors say of a model in their repository. */
  public static Published byAuthors(
      String repository, int size, Double parametersM, Double gmacs, Double top1) {
    return new Published(repository, size, parametersM, gmacs, null, null, top1, null);
  }
}
