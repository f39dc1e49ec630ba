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
import fastvit4j.runtime.SessionOptions;
import fastvit4j.runtime.plan.FusedStep;
import fastvit4j.runtime.tornado.Workbench;
import fastvit4j.tools.verify.SessionInput;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
   * @param times how often the model has it
   * @param shown the case
   */
  public record Problem(
      String key, List<String> candidates, int steps, int times, KernelCase shown) {
    /** Whether it is neighbouring steps that some kernel computes together. */
    public boolean fused() {
      return steps > 1;
    }

    /** The first operator, as {@link CaseSpec} names it. */
    public String kind() {
      return shown.graph().nodes().stream()
          .filter(node -> node.name().equals("node0"))
          .map(node -> ModelCases.kind(node.operator()))
          .findFirst()
          .orElseThrow();
    }
  }

  /**
   * All problems of a model at a shape, in the order in which it meets them, each once; of its
   * first steps also what they are for pictures.
   */
  public static List<Problem> of(KnownModel model, Shape input, Device device) {
    Graph train = model.architecture().graph(Form.TRAIN, new SyntheticWeights(SEED));
    Graph graph = Reparameterization.full().apply(train);
    Map<String, Problem> problems = new LinkedHashMap<>();
    SessionOptions options =
        SessionOptions.of(input).forPictures(SessionInput.preprocessing(input));
    List<Workbench.Problems> found = new Workbench(graph, options, device).problems();
    for (Workbench.Problems one : found) {
      KernelCase.steps(name(one), one)
          .ifPresent(
              shown ->
                  problems.putIfAbsent(
                      one.text(),
                      new Problem(
                          one.text(), one.candidates(), one.steps().size(), one.times(), shown)));
    }
    return new ArrayList<>(problems.values());
  }

  private static String kind(Operator operator) {
    if (operator instanceof Conv2d conv) {
      return conv.isPointwise() ? "pointwise" : conv.isDepthwise() ? "depthwise" : "conv";
    }
    return switch (operator.kind()) {
      case "SelfAttention" -> "attention";
      case "GlobalAveragePool" -> "globalaverage";
      case "AvgPool2d" -> "averagepool";
      case "MaxPool2d" -> "maxpool";
      case "TokenEmbedding" -> "tokens";
      default -> operator.kind().toLowerCase(Locale.ROOT);
    };
  }

  private static String name(Workbench.Problems of) {
    return of.steps().getFirst().name()
        + ": "
        + (of.pictures() ? "pictures > " : "")
        + of.steps().stream().map(FusedStep::operators).collect(Collectors.joining(" > "));
  }
}
