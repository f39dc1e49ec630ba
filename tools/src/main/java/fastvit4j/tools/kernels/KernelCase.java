package fastvit4j.tools.kernels;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.GraphBuilder;
import fastvit4j.model.graph.Node;
import fastvit4j.model.operator.Operator;
import fastvit4j.model.operator.Shape;
import fastvit4j.runtime.SessionOptions;
import fastvit4j.runtime.plan.FusedStep;
import fastvit4j.runtime.tornado.Workbench;
import fastvit4j.tools.verify.RandomTensors;
import fastvit4j.tools.verify.SessionInput;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A small network to measure kernels with.
 *
 * @param name what it computes
 * @param graph its outputs {@link #together()} are what has to be computed; every node that is
 *     measured is an output too, under its own name. Nodes that make what others read have names
 *     beginning with {@link Workbench#GIVEN}
 * @param input the input's shape, NHWC
 * @param pictures whether the input is pictures as bytes, which are normalised first
 * @param needed nodes whose results have to be written
 */
public record KernelCase(
    String name, Graph graph, Shape input, boolean pictures, Set<String> needed) {
  private static final long SEED = 5;
  private static final long INPUT_SEED = 17;

  /**
   * Operators one after the other, each on what the one before gave; of those with two inputs the
   * other is the case's input where it has the shape, else something made from it.
   *
   * @throws fastvit4j.model.operator.ShapeException if they do not fit
   */
  static KernelCase chain(String name, List<Operator> operators, Shape input, boolean pictures) {
    GraphBuilder builder = new GraphBuilder("case");
    RandomTensors random = new RandomTensors(SEED);
    String value = Graph.INPUT;
    Shape shape = input;
    List<String> nodes = new ArrayList<>();
    for (int i = 0; i < operators.size(); i++) {
      Operator operator = operators.get(i);
      String node = "node" + i;
      if (operator.arity() == 2) {
        boolean own = shape.equals(input) && !value.equals(Graph.INPUT);
        String other = own ? Graph.INPUT : given(builder, random, input, shape, i).orElseThrow();
        builder.add(node, "case", operator, value, other);
        shape = operator.infer(List.of(shape, shape));
      } else {
        builder.add(node, "case", operator, value);
        shape = operator.infer(List.of(shape));
      }
      nodes.add(node);
      value = node;
    }
    nodes.forEach(node -> builder.output(node, node));
    return new KernelCase(name, builder.build(), input, pictures, Set.of(value));
  }

  /**
   * Steps of a network, with its weights; empty where what they read besides the first input cannot
   * be made from it.
   *
   * @param of the steps
   */
  static Optional<KernelCase> steps(String name, Workbench.Problems of) {
    List<FusedStep> steps = of.steps();
    Map<String, Shape> shapes = of.shapes();
    GraphBuilder builder = new GraphBuilder("case");
    RandomTensors random = new RandomTensors(SEED);
    String first = steps.getFirst().inputs().getFirst();
    Map<String, String> names = new HashMap<>(Map.of(first, Graph.INPUT));
    Set<String> wanted = new LinkedHashSet<>();
    List<Node> nodes = new ArrayList<>();
    Set<String> made =
        steps.stream().map(FusedStep::output).collect(Collectors.toCollection(HashSet::new));
    // Before all steps, which else would be no neighbours.
    for (FusedStep step : steps) {
      for (String read : step.reads()) {
        if (!names.containsKey(read) && !made.contains(read)) {
          Optional<String> given =
              given(builder, random, shapes.get(first), shapes.get(read), names.size());
          if (given.isEmpty()) {
            return Optional.empty();
          }
          names.put(read, given.get());
        }
      }
    }
    for (int i = 0; i < steps.size(); i++) {
      FusedStep step = steps.get(i);
      int before = nodes.size();
      String node = "node" + i;
      nodes.add(
          new Node(node, "case", step.operator(), step.inputs().stream().map(names::get).toList()));
      if (step.residual() != null) {
        String sum = node + "sum";
        nodes.add(
            new Node(
                sum,
                "case",
                new fastvit4j.model.operator.Add(),
                List.of(node, names.get(step.residual()))));
        node = sum;
      }
      if (step.activation() != null) {
        String activated = "node" + i + "activated";
        nodes.add(new Node(activated, "case", step.activation(), List.of(node)));
        node = activated;
      }
      nodes
          .subList(before, nodes.size())
          .forEach(
              n ->
                  builder.add(
                      n.name(), n.block(), n.operator(), n.inputs().toArray(String[]::new)));
      names.put(step.output(), node);
      if (of.needed().contains(step.output())) {
        wanted.add(node);
      }
    }
    nodes.forEach(node -> builder.output(node.name(), node.name()));
    return Optional.of(
        new KernelCase(name, builder.build(), shapes.get(first), of.pictures(), wanted));
  }

  /** A value of a shape, made from the input by something cheap; empty if that is not possible. */
  private static Optional<String> given(
      GraphBuilder builder, RandomTensors random, Shape input, Shape wanted, int index) {
    if (input.n() != wanted.n() || input.h() != wanted.h() || input.w() != wanted.w()) {
      return Optional.empty();
    }
    Operator maker =
        input.c() == wanted.c()
            ? random.layerScale(input.c())
            : random.pointwise(input.c(), wanted.c());
    return Optional.of(builder.add(Workbench.GIVEN + index, "given", maker, Graph.INPUT));
  }

  /** Floating point operations: two a multiply-add, one an element of what has none. */
  long operations() {
    Map<String, Shape> shapes = graph.shapes(input);
    return measured()
        .mapToLong(
            node -> {
              long macs = node.operator().macs(node.inputs().stream().map(shapes::get).toList());
              return macs > 0 ? 2 * macs : shapes.get(node.name()).elements();
            })
        .sum();
  }

  /** Bytes that float32 cannot do without: what comes in, weights, and what goes out. */
  long leastBytes() {
    Map<String, Shape> shapes = graph.shapes(input);
    Set<String> made = measured().map(Node::name).collect(Collectors.toSet());
    Set<String> touched = new HashSet<>(needed);
    measured()
        .flatMap(node -> node.inputs().stream())
        .filter(value -> !made.contains(value))
        .forEach(touched::add);
    long values =
        touched.stream()
            .mapToLong(
                value ->
                    (long) (pictures && value.equals(Graph.INPUT) ? Byte.BYTES : Float.BYTES)
                        * shapes.get(value).elements())
            .sum();
    long parameters =
        measured()
            .flatMap(node -> node.operator().parameters().stream())
            .mapToLong(tensor -> tensor.elements())
            .sum();
    return values + Float.BYTES * parameters;
  }

  private Stream<Node> measured() {
    return graph.nodes().stream().filter(node -> !node.name().startsWith(Workbench.GIVEN));
  }

  /** The outputs with which operators may be fused. */
  SequencedSet<String> together() {
    return new LinkedHashSet<>(needed);
  }

  /** The outputs with which every operator is computed by itself. */
  SequencedSet<String> apart() {
    return new LinkedHashSet<>(graph.outputs().keySet());
  }

  /** What it is run on: random numbers, or random bytes of pictures. */
  SessionInput given() {
    RandomTensors random = new RandomTensors(INPUT_SEED);
    return pictures
        ? SessionInput.of(random.pictures(input))
        : SessionInput.of(random.input(input));
  }

  /** What a session of it is compiled with. */
  SessionOptions options(SequencedSet<String> outputs) {
    SessionOptions floats = SessionOptions.of(input).withOutputs(outputs);
    return pictures ? floats.forPictures(SessionInput.preprocessing(input)) : floats;
  }

  /** The network with the outputs that have to be computed alone. */
  Graph wanted() {
    LinkedHashMap<String, String> outputs = new LinkedHashMap<>();
    needed.forEach(node -> outputs.put(node, node));
    return new Graph(graph.name(), graph.nodes(), outputs);
  }
}
