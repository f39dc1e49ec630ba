package fastvit4j.reparam;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;

/** A graph under rewriting: nodes go, one comes in their place, and whoever read them follows. */
final class GraphRewriter {
  private final List<Fold> folds = new ArrayList<>();
  private Graph graph;
  private Map<String, Node> byName;
  private Map<String, List<Node>> consumers;

  GraphRewriter(Graph graph) {
    become(graph);
  }

  /** The names of the nodes as they are now, in order. */
  List<String> names() {
    return List.copyOf(byName.keySet());
  }

  /** The nodes as they are now, in order. */
  List<Node> nodes() {
    return graph.nodes();
  }

  /** The node of that name, or null: it is the input, or has gone. */
  Node node(String name) {
    return byName.get(name);
  }

  /**
   * Whether the value is read once and is no output of the graph, so that it may vanish into its
   * reader.
   */
  boolean isInternal(String value) {
    return byName.containsKey(value)
        && consumers.get(value).size() == 1
        && !graph.outputs().containsValue(value);
  }

  /** The given name, or one like it that no node has which stays when the region goes. */
  String freeName(String wanted, List<Node> region) {
    Set<String> going = region.stream().map(Node::name).collect(Collectors.toSet());
    String name = wanted;
    for (int i = 2; byName.containsKey(name) && !going.contains(name); i++) {
      name = wanted + "_" + i;
    }
    return name;
  }

  /**
   * Replaces a region by one node.
   *
   * @param region the nodes that go; only the root's value may be used outside of it
   * @param root the last of them, whose value the replacement computes
   * @param replacement the node that comes, at the root's place
   * @param branches parallel branches of the region
   */
  void replace(List<Node> region, Node root, Node replacement, int branches) {
    Set<String> going = region.stream().map(Node::name).collect(Collectors.toSet());
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      if (node.name().equals(root.name())) {
        nodes.add(replacement);
      } else if (!going.contains(node.name())) {
        nodes.add(renamed(node, root.name(), replacement.name()));
      }
    }
    SequencedMap<String, String> outputs = new LinkedHashMap<>(graph.outputs());
    outputs.replaceAll((_, value) -> value.equals(root.name()) ? replacement.name() : value);
    record(region, root, replacement, branches);
    become(new Graph(graph.name(), nodes, outputs));
  }

  Rewrite result() {
    // Readers of other folds may have been renamed since a fold was recorded.
    List<Fold> current = new ArrayList<>();
    for (Fold fold : folds) {
      Node added = byName.get(fold.added().name());
      current.add(
          new Fold(fold.block(), fold.branches(), fold.removed(), added, fold.valueBefore()));
    }
    return new Rewrite(graph, current);
  }

  /** A fold that swallows what an earlier one made takes over the nodes that one removed. */
  private void record(List<Node> region, Node root, Node replacement, int branches) {
    Map<String, Fold> swallowed = new HashMap<>();
    for (Fold fold : folds) {
      if (region.stream().anyMatch(node -> node.name().equals(fold.added().name()))) {
        swallowed.put(fold.added().name(), fold);
      }
    }
    List<Node> removed = new ArrayList<>();
    int all = branches;
    for (Node node : region) {
      Fold earlier = swallowed.get(node.name());
      if (earlier == null) {
        removed.add(node);
      } else {
        removed.addAll(earlier.removed());
        all = Math.max(all, branches + earlier.branches() - 1);
      }
    }
    Fold ofRoot = swallowed.get(root.name());
    String valueBefore = ofRoot == null ? root.name() : ofRoot.valueBefore();
    folds.removeAll(swallowed.values());
    folds.add(new Fold(replacement.block(), all, removed, replacement, valueBefore));
  }

  private void become(Graph next) {
    graph = next;
    byName = next.byName();
    consumers = next.consumers();
  }

  private static Node renamed(Node node, String from, String to) {
    if (from.equals(to) || !node.inputs().contains(from)) {
      return node;
    }
    List<String> inputs =
        node.inputs().stream().map(input -> input.equals(from) ? to : input).toList();
    return new Node(node.name(), node.block(), node.operator(), inputs);
  }
}
