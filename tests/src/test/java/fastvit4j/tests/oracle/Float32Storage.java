package fastvit4j.tests.oracle;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.operator.BatchNorm;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.GroupNorm;
import fastvit4j.model.operator.LayerNorm;
import fastvit4j.model.operator.LayerScale;
import fastvit4j.model.operator.Linear;
import fastvit4j.model.operator.Operator;
import fastvit4j.model.operator.SqueezeExcite;
import fastvit4j.model.operator.TokenEmbedding;
import fastvit4j.model.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * What a network computes if only its storage is float32: parameters and each node's output are
 * rounded, all arithmetic in between is float64. The difference from the oracle is what any float32
 * framework is off by, before its own sums are rounded; it tells how sensitive a network is.
 */
public final class Float32Storage {
  private Float32Storage() {}

  /** Every output of the graph, by the output's name. */
  public static Map<String, Values> run(Graph graph, Values input) {
    return Oracle.run(graph, round(input), Float32Storage::apply);
  }

  private static Values apply(Operator operator, List<Values> inputs) {
    return round(Reference.apply(round(operator), inputs));
  }

  private static Values round(Values values) {
    return values.map(v -> (float) v);
  }

  private static Operator round(Operator operator) {
    return switch (operator) {
      case Conv2d c ->
          new Conv2d(round(c.weight()), round(c.bias()), c.stride(), c.padding(), c.groups());
      case Linear l -> new Linear(round(l.weight()), round(l.bias()));
      case BatchNorm b ->
          new BatchNorm(
              round(b.weight()), round(b.bias()), round(b.mean()), round(b.variance()), b.eps());
      case LayerNorm n -> new LayerNorm(round(n.weight()), round(n.bias()), n.eps());
      case GroupNorm n -> new GroupNorm(round(n.weight()), round(n.bias()), n.eps());
      case TokenEmbedding t -> new TokenEmbedding(round(t.classToken()), round(t.positions()));
      case LayerScale s -> new LayerScale(round(s.gamma()));
      case SqueezeExcite s ->
          new SqueezeExcite(
              round(s.reduceWeight()),
              round(s.reduceBias()),
              round(s.expandWeight()),
              round(s.expandBias()));
      default -> operator;
    };
  }

  private static Tensor round(Tensor tensor) {
    return tensor == null ? null : Tensor.of(tensor.name(), tensor.toFloats(), tensor.shape());
  }
}
