package fastvit4j.reparam;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A graph under rewriting: nodes go, one comes in their place, and whoever read them follows. A
 * replacement costs as much as it changes, however large the graph is.
 */
final class GraphRewriter {
  private final Graph given;

  /** The nodes in order, null where one has gone. */
  private final List<Node> places;

  private final Map<String, Integer> placeOf = new HashMap<>();

  /** For each value the names of its readers, as often as they read it. */
  private final Map<String, List<String>> readers = new HashMap<>();

  private final Map<String, List<String>> blocks = new HashMap<>();
  private final SequencedMap<String, String> outputs;

  /** By the name of the node that came. */
  private final SequencedMap<String, Fold> folds = new LinkedHashMap<>();

  GraphRewriter(Graph graph) {
    given = graph;
    places = new ArrayList<>(graph.nodes());
    outputs = new LinkedHashMap<>(graph.outputs());
    for (int i = 0; i < places.size(); i++) {
      put(i, places.get(i));
    }
  }

  /** The names of the nodes as they are now, in order. */
  List<String> names() {
    return places.stream().filter(Objects::nonNull).map(Node::name).toList();
  }

  /** The nodes of a block as they are now. */
  List<Node> nodesOf(String block) {
    return blocks.getOrDefault(block, List.of()).stream().map(this::node).toList();
  }

  /** The node of that name, or null: it is the input, or has gone. */
  Node node(String name) {
    Integer place = placeOf.get(name);
    return place == null ? null : places.get(place);
  }

  /**
   * Whether the value is read once and is no output of the graph, so that it may vanish into its
   * reader.
   */
  boolean isInternal(String value) {
    return placeOf.containsKey(value)
        && readersOf(value).size() == 1
        && !outputs.containsValue(value);
  }

  /** The given name, or one like it that no node has which stays when the region goes. */
  String freeName(String wanted, List<Node> region) {
    Set<String> going = region.stream().map(Node::name).collect(Collectors.toSet());
    String name = wanted;
    for (int i = 2; placeOf.containsKey(name) && !going.contains(name); i++) {
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
    record(region, root, replacement, branches);
    int place = placeOf.get(root.name());
    region.forEach(this::remove);
    put(place, replacement);
    String name = replacement.name();
    if (!name.equals(root.name())) {
      for (String reader : List.copyOf(readersOf(root.name()))) {
        rename(reader, root.name(), name);
      }
      outputs.replaceAll((_, value) -> value.equals(root.name()) ? name : value);
    }
  }

  Rewrite result() {
    if (folds.isEmpty()) {
      return new Rewrite(given, List.of());
    }
    // Readers of other folds may have been renamed since a fold was recorded.
    List<Fold> current = new ArrayList<>();
    for (Fold fold : folds.values()) {
      Node added = node(fold.added().name());
      current.add(
          new Fold(fold.block(), fold.branches(), fold.removed(), added, fold.valueBefore()));
    }
    List<Node> nodes = places.stream().filter(Objects::nonNull).toList();
    return new Rewrite(new Graph(given.name(), nodes, outputs), current);
  }

  /** A fold that swallows what an earlier one made takes over the nodes that one removed. */
  private void record(List<Node> region, Node root, Node replacement, int branches) {
    Fold ofRoot = folds.get(root.name());
    List<Node> removed = new ArrayList<>();
    int all = branches;
    for (Node node : region) {
      Fold earlier = folds.remove(node.name());
      if (earlier == null) {
        removed.add(node);
      } else {
        removed.addAll(earlier.removed());
        all = Math.max(all, branches + earlier.branches() - 1);
      }
    }
    String valueBefore = ofRoot == null ? root.name() : ofRoot.valueBefore();
    folds.put(
        replacement.name(), new Fold(replacement.block(), all, removed, replacement, valueBefore));
  }

  private List<String> readersOf(String value) {
    return readers.computeIfAbsent(value, _ -> new ArrayList<>(2));
  }

  private void put(int place, Node node) {
    places.set(place, node);
    placeOf.put(node.name(), place);
    blocks.computeIfAbsent(node.block(), _ -> new ArrayList<>()).add(node.name());
    for (String input : node.inputs()) {
      readersOf(input).add(node.name());
    }
  }

  private void remove(Node node) {
    places.set(placeOf.remove(node.name()), null);
    blocks.get(node.block()).remove(node.name());
    for (String input : node.inputs()) {
      readersOf(input).remove(node.name());
    }
  }

  /** Has a node read a value by its new name. */
  private void rename(String reader, String from, String to) {
    Node node = node(reader);
    if (!node.inputs().contains(from)) {
      return;
    }
    List<String> inputs =
        node.inputs().stream().map(input -> input.equals(from) ? to : input).toList();
    int place = placeOf.get(reader);
    remove(node);
    put(place, new Node(node.name(), node.block(), node.operator(), inputs));
  }
}
