package fastvit4j.tools.kernels;

import fastvit4j.model.KnownModel;
import fastvit4j.model.checkpoint.SyntheticWeights;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Operator;
import fastvit4j.model.operator.Shape;
import fastvit4j.reparam.Reparameterization;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.plan.FusedStep;
import fastvit4j.runtime.tornado.Workbench;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The different problems of a model's inference form, each as a case. */
public final class ModelCases {
  private static final long SEED = 1;

  private ModelCases() {}

  /**
   * A problem of a model.
   *
   * @param key all that the choice of a kernel depends on, as the device's kernels are tuned by
   * @param candidates names of what can compute it
   * @param steps how many steps it is; of several, some kernel computes them together
   * @param shown the case
   */
  public record Problem(String key, List<String> candidates, int steps, KernelCase shown) {
    /** Whether it is neighbouring steps that some kernel computes together. */
    public boolean fused() {
      return steps > 1;
    }
  }

  /** All problems of a model at a shape, in the order in which it meets them, each once. */
  public static List<Problem> of(KnownModel model, Shape input, Device device) {
    Graph train = model.architecture().graph(Form.TRAIN, new SyntheticWeights(SEED));
    Graph graph = Reparameterization.full().apply(train);
    Map<String, Problem> problems = new LinkedHashMap<>();
    List<Workbench.Problems> found =
        new Workbench(graph, input, Set.of(Graph.LOGITS), device).problems();
    for (Workbench.Problems one : found) {
      KernelCase.steps(name(one.steps()), one.steps(), one.shapes(), one.needed())
          .ifPresent(
              shown ->
                  problems.putIfAbsent(
                      one.text(),
                      new Problem(one.text(), one.candidates(), one.steps().size(), shown)));
    }
    return new ArrayList<>(problems.values());
  }

  /** Whether a problem is of one operator, as {@link CaseSpec} names them. */
  public static boolean isOf(Problem problem, String operator) {
    return problem.shown().graph().nodes().stream()
        .filter(node -> node.name().equals("node0"))
        .anyMatch(node -> isOf(node.operator(), operator));
  }

  private static boolean isOf(Operator operator, String name) {
    if (operator instanceof Conv2d conv) {
      return switch (name) {
        case "pointwise" -> conv.isPointwise();
        case "depthwise" -> conv.isDepthwise();
        case "conv" -> !conv.isPointwise() && !conv.isDepthwise();
        default -> false;
      };
    }
    return switch (name) {
      case "attention" -> operator.kind().equals("SelfAttention");
      case "globalaverage" -> operator.kind().equals("GlobalAveragePool");
      case "averagepool" -> operator.kind().equals("AvgPool2d");
      case "maxpool" -> operator.kind().equals("MaxPool2d");
      case "tokens" -> operator.kind().equals("TokenEmbedding");
      default -> operator.kind().toLowerCase(Locale.ROOT).equals(name);
    };
  }

  private static String name(List<FusedStep> steps) {
    return steps.getFirst().name()
        + ": "
        + steps.stream().map(FusedStep::operators).collect(Collectors.joining(" > "));
  }
}
