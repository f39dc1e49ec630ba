package fastvit4j.runtime.tornado;

import fastvit4j.runtime.Precision;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import uk.ac.manchester.tornado.api.AccessorParameters;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.common.Access;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * One kernel launch of a plan, before it is bound to buffers.
 *
 * @param name unique in the plan; in a TaskGraph a task goes by its place, see {@link
 *     GraphChain#taskName}
 * @param step the index of the step that it is part of
 * @param kernel the kernel
 * @param arguments the kernel's arguments but for the context: a {@link Value}, a {@link
 *     TornadoNativeArray} of weights, an {@link Integer} or a {@link Float}
 * @param elements elements of the value that is written, of each that does not say otherwise
 * @param grid the work-items
 * @param startsStage whether a network may well be cut before this task: it is the first of a step
 *     that changes the resolution
 */
record LoweredTask(
    String name,
    int step,
    Kernel kernel,
    List<Object> arguments,
    int elements,
    LaunchGrid grid,
    boolean startsStage) {
  /** What stands for a work-item's place in the argument lists of all tasks. */
  static final KernelContext CONTEXT = new KernelContext();

  /** Copies the arguments. */
  LoweredTask {
    arguments = List.copyOf(arguments);
    int expected = kernel.parameters().length() - (kernel.usesContext() ? 1 : 0);
    if (arguments.size() != expected) {
      throw new IllegalArgumentException(
          kernel.label() + " takes " + expected + " arguments, not " + arguments.size());
    }
  }

  /**
   * A value of the network, or one that passes between the launches of a step, as an argument.
   *
   * @param name its name
   * @param elements how many, where the task writes it and it is not as large as the task's {@link
   *     LoweredTask#elements()}; else 0
   * @param precision how it is stored
   */
  record Value(String name, int elements, Precision precision) {
    Value(String name, int elements) {
      this(name, elements, Precision.FLOAT32);
    }

    Value(String name) {
      this(name, 0);
    }

    /** The same value, stored so. */
    Value in(Precision other) {
      return new Value(name, elements, other);
    }
  }

  private char access(int argument) {
    return kernel.parameters().charAt(argument + (kernel.usesContext() ? 1 : 0));
  }

  /** Values read, the network's input among them, each once. */
  List<String> reads() {
    List<String> reads = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      if (arguments.get(i) instanceof Value value
          && access(i) != 'w'
          && !reads.contains(value.name())) {
        reads.add(value.name());
      }
    }
    return reads;
  }

  /** The values written, each with its size. */
  List<Value> writes() {
    List<Value> writes = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      if (arguments.get(i) instanceof Value value && "wb".indexOf(access(i)) >= 0) {
        writes.add(
            value.elements() > 0 ? value : new Value(value.name(), elements, value.precision()));
      }
    }
    if (writes.isEmpty()) {
      throw new IllegalStateException(name + " writes nothing");
    }
    return writes;
  }

  /** The first value written. */
  String write() {
    return writes().getFirst().name();
  }

  /** How the values are stored that are read or written. */
  Map<String, Precision> precisions() {
    Map<String, Precision> precisions = new HashMap<>();
    for (Object argument : arguments) {
      if (argument instanceof Value value) {
        precisions.put(value.name(), value.precision());
      }
    }
    return precisions;
  }

  /** The same launch with other arguments. */
  LoweredTask with(List<Object> others) {
    return new LoweredTask(name, step, kernel, others, elements, grid, startsStage);
  }

  /** Weights, which go to the device once. */
  List<TornadoNativeArray> constants() {
    return arguments.stream()
        .filter(TornadoNativeArray.class::isInstance)
        .map(TornadoNativeArray.class::cast)
        .toList();
  }

  /** Places of the arguments that are float16. */
  List<Integer> halfArguments() {
    return IntStream.range(0, arguments.size())
        .filter(
            i ->
                arguments.get(i) instanceof HalfFloatArray
                    || (arguments.get(i) instanceof Value value
                        && value.precision() == Precision.FLOAT16))
        .boxed()
        .toList();
  }

  /** The numbers among the arguments. */
  List<Object> numbers() {
    return arguments.stream().filter(Number.class::isInstance).toList();
  }

  /** The numbers among the arguments that are constants of the generated code. */
  List<Object> constantNumbers() {
    return IntStream.range(0, arguments.size())
        .filter(i -> access(i) == '#')
        .mapToObj(arguments::get)
        .toList();
  }

  /** The arguments with the buffers of their values. */
  Object[] bind(Function<String, ? extends TornadoNativeArray> buffers) {
    List<Object> bound = new ArrayList<>();
    if (kernel.usesContext()) {
      bound.add(CONTEXT);
    }
    for (Object argument : arguments) {
      bound.add(argument instanceof Value value ? buffers.apply(value.name()) : argument);
    }
    return bound.toArray();
  }

  /** Adds a task that is compiled from the kernel's method. */
  void add(TaskGraph graph, String task, Function<String, ? extends TornadoNativeArray> buffers) {
    kernel.add(graph, task, bind(buffers));
  }

  /**
   * Adds a task to generate code from that serves other sizes too. TornadoVM makes constants of
   * boxed numbers; of anything else that is given for one it knows no value, and the code takes it
   * as an argument. Such a task cannot be run.
   */
  void addOpen(TaskGraph graph, Function<String, ? extends TornadoNativeArray> buffers) {
    Object[] bound = bind(buffers);
    for (int i = 0; i < bound.length; i++) {
      if (kernel.parameters().charAt(i) == 'n') {
        bound[i] = new FloatArray(1);
      }
    }
    kernel.add(graph, name, bound);
  }

  /**
   * Adds a task of code that {@link KernelSources} generated before, from the kernel's method and
   * by way of {@link #addOpen}. Here the link to the method is its name in the file.
   */
  void addPrebuilt(
      TaskGraph graph,
      String task,
      Function<String, ? extends TornadoNativeArray> buffers,
      String file) {
    Object[] bound = bind(buffers);
    AccessorParameters parameters = new AccessorParameters(bound.length);
    for (int i = 0; i < bound.length; i++) {
      Access access =
          switch (kernel.parameters().charAt(i)) {
            case 'r' -> Access.READ_ONLY;
            case 'w' -> Access.WRITE_ONLY;
            case 'b' -> Access.READ_WRITE;
            default -> Access.NONE;
          };
      parameters.set(i, bound[i], access);
    }
    graph.prebuiltTask(task, kernel.method(), file, parameters);
  }
}
