package fastvit4j.model;

/**
 * What FastViT's paper prints of a model; what it does not print is null.
 *
 * @param size height and width of the input
 * @param parametersM millions of parameters
 * @param gmacs billions of multiply-accumulate operations, which the paper calls FLOPs
 * @param gpuMs latency on an RTX 2080 Ti with TensorRT, batch 8
 * @param mobileMs latency on an iPhone 12 Pro with Core ML, batch 1
 * @param top1 accuracy on ImageNet-1k in percent
 * @param top1Distilled the same after distillation
 */
public record Published(
    int size,
    Double parametersM,
    Double gmacs,
    Double gpuMs,
    Double mobileMs,
    Double top1,
    Double top1Distilled) {}
