package fastvit4j.runtime.plan;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.Node;
import fastvit4j.model.operator.Add;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Gelu;
import fastvit4j.model.operator.Linear;
import fastvit4j.model.operator.Operator;
import fastvit4j.model.operator.Relu;
import fastvit4j.model.operator.Silu;
import fastvit4j.model.operator.SqueezeExcite;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Turns a graph into steps: nodes that no requested output depends on are left out, and a residual
 * sum and an activation are fused into the operator before them where nothing else reads the value
 * in between.
 */
public final class Fusion {
  private final Map<String, Integer> uses = new HashMap<>();
  private final Map<String, Integer> producers = new HashMap<>();
  private final List<FusedStep> steps = new ArrayList<>();

  private Fusion() {}

  /**
   * The steps that compute the requested outputs.
   *
   * @param graph the network
   * @param outputs names of the graph's outputs
   * @throws IllegalArgumentException if the graph has no such output
   */
  public static List<FusedStep> fuse(Graph graph, Set<String> outputs) {
    Set<String> kept = new HashSet<>();
    for (String output : outputs) {
      String value = graph.outputs().get(output);
      if (value == null) {
        throw new IllegalArgumentException(
            graph.name() + " has no output " + output + "; it has " + graph.outputs().keySet());
      }
      kept.add(value);
    }
    List<Node> live = live(graph, kept);
    Fusion fusion = new Fusion();
    live.forEach(n -> n.inputs().forEach(v -> fusion.uses.merge(v, 1, Integer::sum)));
    kept.forEach(v -> fusion.uses.merge(v, 1, Integer::sum));
    live.forEach(fusion::place);
    return List.copyOf(fusion.steps);
  }

  private static List<Node> live(Graph graph, Set<String> kept) {
    Set<String> needed = new HashSet<>(kept);
    List<Node> live = new ArrayList<>();
    for (Node node : graph.nodes().reversed()) {
      if (needed.contains(node.name())) {
        live.addFirst(node);
        needed.addAll(node.inputs());
      }
    }
    return live;
  }

  private void place(Node node) {
    Operator operator = node.operator();
    boolean activates =
        operator instanceof Gelu || operator instanceof Relu || operator instanceof Silu;
    boolean fused = operator instanceof Add ? fuseAdd(node) : activates && fuseActivation(node);
    if (!fused) {
      producers.put(node.name(), steps.size());
      steps.add(
          new FusedStep(
              node.name(), node.block(), node.operator(), node.inputs(), null, null, node.name()));
    }
  }

  /**
   * Fuses a sum into whichever of its two producers comes last, so that the other is there when it
   * runs; failing that, into neither.
   */
  private boolean fuseAdd(Node node) {
    String first = node.inputs().get(0);
    String second = node.inputs().get(1);
    int left = producers.getOrDefault(first, -1);
    int right = producers.getOrDefault(second, -1);
    String into = left > right ? first : second;
    String residual = left > right ? second : first;
    int index = Math.max(left, right);
    if (index < 0 || left == right || uses.get(into) != 1 || !takesResidual(steps.get(index))) {
      return false;
    }
    steps.set(index, steps.get(index).withResidual(residual, node.name()));
    producers.put(node.name(), index);
    return true;
  }

  private boolean fuseActivation(Node node) {
    Integer index = producers.get(node.input());
    if (index == null || uses.get(node.input()) != 1 || !takesActivation(steps.get(index))) {
      return false;
    }
    steps.set(index, steps.get(index).withActivation(node.operator(), node.name()));
    producers.put(node.name(), index);
    return true;
  }

  private static boolean takesResidual(FusedStep step) {
    return step.residual() == null && step.activation() == null && isConvolution(step.operator());
  }

  private static boolean takesActivation(FusedStep step) {
    return step.activation() == null
        && (isConvolution(step.operator()) || step.operator() instanceof SqueezeExcite);
  }

  private static boolean isConvolution(Operator operator) {
    return operator instanceof Conv2d || operator instanceof Linear;
  }
}
