package fastvit4j.runtime.tornado;

import fastvit4j.model.operator.AvgPool2d;
import fastvit4j.model.operator.BatchNorm;
import fastvit4j.model.operator.GroupNorm;
import fastvit4j.model.operator.LayerNorm;
import fastvit4j.model.operator.LayerScale;
import fastvit4j.model.operator.MaxPool2d;
import fastvit4j.model.operator.SelfAttention;
import fastvit4j.model.operator.SqueezeExcite;
import fastvit4j.model.operator.TokenEmbedding;
import java.util.List;

/** All operators but convolutions and matrix products. */
final class OtherCandidates {
  private static final String ALONE = "where it is not fused into the operator before";

  static final List<Candidate> ALL =
      List.of(
          Candidate.of(
                  "SelfAttention", Kernel.ATTENTION_SCORES, Kernel.SOFTMAX, Kernel.ATTENTION_SUM)
              .lowered((t, p) -> MixingLowering.attention(t, (SelfAttention) p.operator())),
          Candidate.of(
                  "SqueezeExcite",
                  Kernel.GLOBAL_AVERAGE,
                  Kernel.SQUEEZE,
                  Kernel.EXPAND,
                  Kernel.EXCITE)
              .lowered((t, p) -> MixingLowering.squeezeExcite(t, (SqueezeExcite) p.operator())),
          Candidate.of("GlobalAveragePool", Kernel.GLOBAL_AVERAGE)
              .lowered((t, _) -> PixelLowering.globalAverage(t, t.input(), t.output())),
          Candidate.of("AvgPool2d", Kernel.AVERAGE_POOL)
              .lowered((t, p) -> averagePool(t, (AvgPool2d) p.operator())),
          Candidate.of("MaxPool2d", Kernel.MAX_POOL)
              .lowered((t, p) -> maxPool(t, (MaxPool2d) p.operator())),
          Candidate.of("BatchNorm", Kernel.AFFINE)
              .lowered((t, p) -> PixelLowering.batchNorm(t, (BatchNorm) p.operator())),
          Candidate.of("LayerScale", Kernel.AFFINE)
              .lowered((t, p) -> PixelLowering.layerScale(t, (LayerScale) p.operator())),
          Candidate.of("LayerNorm", Kernel.LAYER_NORM)
              .lowered((t, p) -> PixelLowering.layerNorm(t, (LayerNorm) p.operator())),
          Candidate.of(
                  "GroupNorm", Kernel.GROUP_MOMENTS, Kernel.GROUP_MERGE, Kernel.GROUP_NORMALIZE)
              .lowered((t, p) -> MixingLowering.groupNorm(t, (GroupNorm) p.operator())),
          Candidate.of("TokenEmbedding", Kernel.TOKEN_EMBEDDING)
              .lowered((t, p) -> MixingLowering.tokens(t, (TokenEmbedding) p.operator())),
          Candidate.of("FirstToken", Kernel.FIRST_TOKEN)
              .lowered((t, _) -> MixingLowering.firstToken(t)),
          Candidate.of("Add", Kernel.SUM).when(ALONE).lowered((t, _) -> PixelLowering.sum(t, 1.0f)),
          Candidate.of("Subtract", Kernel.SUM).lowered((t, _) -> PixelLowering.sum(t, -1.0f)),
          activation("Gelu"),
          activation("Relu"),
          activation("Silu"));

  private OtherCandidates() {}

  private static Candidate activation(String operator) {
    return Candidate.of(operator, Kernel.ACTIVATION)
        .when(ALONE)
        .lowered((t, p) -> PixelLowering.activation(t, p.operator()));
  }

  private static void averagePool(TaskList tasks, AvgPool2d pool) {
    PixelLowering.window(tasks, Kernel.AVERAGE_POOL, pool.kernel(), pool.stride(), pool.padding());
  }

  private static void maxPool(TaskList tasks, MaxPool2d pool) {
    PixelLowering.window(tasks, Kernel.MAX_POOL, pool.kernel(), pool.stride(), pool.padding());
  }
}
