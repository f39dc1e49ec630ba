package fastvit4j.runtime.tornado;

import fastvit4j.model.operator.Add;
import fastvit4j.model.operator.AvgPool2d;
import fastvit4j.model.operator.BatchNorm;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.FirstToken;
import fastvit4j.model.operator.Gelu;
import fastvit4j.model.operator.GlobalAveragePool;
import fastvit4j.model.operator.GroupNorm;
import fastvit4j.model.operator.LayerNorm;
import fastvit4j.model.operator.LayerScale;
import fastvit4j.model.operator.Linear;
import fastvit4j.model.operator.MaxPool2d;
import fastvit4j.model.operator.Operator;
import fastvit4j.model.operator.Relu;
import fastvit4j.model.operator.SelfAttention;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.operator.Silu;
import fastvit4j.model.operator.SqueezeExcite;
import fastvit4j.model.operator.Subtract;
import fastvit4j.model.operator.TokenEmbedding;
import fastvit4j.runtime.plan.FusedStep;
import java.util.List;
import java.util.Map;

/**
 * Turns steps into kernel launches: chooses a kernel for each operator, brings its weights into the
 * kernel's layout, and names the values that pass between the launches of one step. Weights are
 * lowered once; a plan for another shape takes them from the {@link WeightStore}.
 */
final class Lowering {
  private Lowering() {}

  /** The launches of all steps, in order; before them that which normalises pictures, if any. */
  static List<LoweredTask> lower(
      List<FusedStep> steps,
      Map<String, Shape> shapes,
      PlanInput input,
      WeightStore weights,
      DeviceTraits traits) {
    TaskList tasks = new TaskList(weights, shapes, traits);
    if (input.isPixels()) {
      tasks.begin(0, steps.getFirst());
      PixelLowering.normalize(tasks, input);
    }
    for (int i = 0; i < steps.size(); i++) {
      tasks.begin(i, steps.get(i));
      lower(tasks, steps.get(i).operator());
    }
    return tasks.tasks();
  }

  private static void lower(TaskList tasks, Operator operator) {
    switch (operator) {
      case Conv2d conv -> ProductLowering.convolution(tasks, conv);
      case Linear linear -> ProductLowering.linear(tasks, linear);
      case SelfAttention attention -> MixingLowering.attention(tasks, attention);
      case SqueezeExcite excite -> MixingLowering.squeezeExcite(tasks, excite);
      case GlobalAveragePool _ -> PixelLowering.globalAverage(tasks, tasks.input(), tasks.output());
      case AvgPool2d pool ->
          PixelLowering.window(
              tasks, Kernel.AVERAGE_POOL, pool.kernel(), pool.stride(), pool.padding());
      case MaxPool2d pool ->
          PixelLowering.window(
              tasks, Kernel.MAX_POOL, pool.kernel(), pool.stride(), pool.padding());
      case BatchNorm norm -> PixelLowering.batchNorm(tasks, norm);
      case LayerScale scale -> PixelLowering.layerScale(tasks, scale);
      case LayerNorm norm -> PixelLowering.layerNorm(tasks, norm);
      case GroupNorm norm -> MixingLowering.groupNorm(tasks, norm);
      case TokenEmbedding embedding -> MixingLowering.tokens(tasks, embedding);
      case FirstToken _ -> MixingLowering.firstToken(tasks);
      case Add _ -> PixelLowering.sum(tasks, 1.0f);
      case Subtract _ -> PixelLowering.sum(tasks, -1.0f);
      case Gelu _, Relu _, Silu _ -> PixelLowering.activation(tasks, operator);
    }
  }
}
