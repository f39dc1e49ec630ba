package fastvit4j.runtime.tornado;

import fastvit4j.kernels.tornado.Attention;
import fastvit4j.kernels.tornado.Convolution;
import fastvit4j.kernels.tornado.Elementwise;
import fastvit4j.kernels.tornado.Pointwise;
import fastvit4j.kernels.tornado.Pooling;
import fastvit4j.kernels.tornado.SqueezeExcitation;
import uk.ac.manchester.tornado.api.TaskGraph;

/**
 * The kernels that networks are lowered to. Each knows its method, what the method does with its
 * parameters, and how to put a task that calls it into a graph; so that the same list of arguments
 * makes a task from the method or from code that was generated from it before.
 */
enum Kernel {
  CONVOLUTION_COLUMNS(
      "convolutionColumns",
      Convolution.class,
      "columns",
      "crrrrwnnnn#####",
      (g, t, a) -> a.add(g, t, Convolution::columns)),
  POINTWISE(
      "pointwise",
      Pointwise.class,
      "parallel",
      "rrrrw#####",
      (g, t, a) ->
          g.task(
              t,
              Pointwise::parallel,
              a.array(0),
              a.array(1),
              a.array(2),
              a.array(3),
              a.array(4),
              a.integer(5),
              a.integer(6),
              a.integer(7),
              a.integer(8),
              a.integer(9))),
  POINTWISE_COLUMNS(
      "pointwiseColumns",
      Pointwise.class,
      "columns",
      "crrrrwnnn##",
      (g, t, a) -> a.add(g, t, Pointwise::columns)),
  POINTWISE_TILED(
      "pointwiseTiled",
      Pointwise.class,
      "tiled",
      "crrrrwnnn##",
      (g, t, a) -> a.add(g, t, Pointwise::tiled)),
  ATTENTION_SCORES(
      "attentionScores",
      Attention.class,
      "scores",
      "rw#####",
      (g, t, a) ->
          g.task(
              t,
              Attention::scores,
              a.array(0),
              a.array(1),
              a.integer(2),
              a.integer(3),
              a.integer(4),
              a.integer(5),
              a.real(6))),
  SOFTMAX(
      "softmax",
      Attention.class,
      "softmax",
      "b##",
      (g, t, a) -> g.task(t, Attention::softmax, a.array(0), a.integer(1), a.integer(2))),
  ATTENTION_SUM(
      "attentionSum",
      Attention.class,
      "weightedSum",
      "rrw####",
      (g, t, a) ->
          g.task(
              t,
              Attention::weightedSum,
              a.array(0),
              a.array(1),
              a.array(2),
              a.integer(3),
              a.integer(4),
              a.integer(5),
              a.integer(6))),
  SQUEEZE(
      "squeeze",
      SqueezeExcitation.class,
      "reduce",
      "rrrw###",
      (g, t, a) ->
          g.task(
              t,
              SqueezeExcitation::reduce,
              a.array(0),
              a.array(1),
              a.array(2),
              a.array(3),
              a.integer(4),
              a.integer(5),
              a.integer(6))),
  EXPAND(
      "expand",
      SqueezeExcitation.class,
      "expand",
      "rrrw###",
      (g, t, a) ->
          g.task(
              t,
              SqueezeExcitation::expand,
              a.array(0),
              a.array(1),
              a.array(2),
              a.array(3),
              a.integer(4),
              a.integer(5),
              a.integer(6))),
  EXCITE(
      "excite",
      SqueezeExcitation.class,
      "excite",
      "rrw####",
      (g, t, a) ->
          g.task(
              t,
              SqueezeExcitation::excite,
              a.array(0),
              a.array(1),
              a.array(2),
              a.integer(3),
              a.integer(4),
              a.integer(5),
              a.integer(6))),
  GLOBAL_AVERAGE(
      "globalAverage",
      Pooling.class,
      "globalAverage",
      "rw###",
      (g, t, a) ->
          g.task(
              t,
              Pooling::globalAverage,
              a.array(0),
              a.array(1),
              a.integer(2),
              a.integer(3),
              a.integer(4))),
  AVERAGE_POOL(
      "averagePool",
      Pooling.class,
      "average",
      "rw#######",
      (g, t, a) ->
          g.task(
              t,
              Pooling::average,
              a.array(0),
              a.array(1),
              a.integer(2),
              a.integer(3),
              a.integer(4),
              a.integer(5),
              a.integer(6),
              a.integer(7),
              a.integer(8))),
  MAX_POOL(
      "maxPool",
      Pooling.class,
      "maximum",
      "rw#######",
      (g, t, a) ->
          g.task(
              t,
              Pooling::maximum,
              a.array(0),
              a.array(1),
              a.integer(2),
              a.integer(3),
              a.integer(4),
              a.integer(5),
              a.integer(6),
              a.integer(7),
              a.integer(8))),
  AFFINE(
      "affine",
      Elementwise.class,
      "affine",
      "rrrw##",
      (g, t, a) ->
          g.task(
              t,
              Elementwise::affine,
              a.array(0),
              a.array(1),
              a.array(2),
              a.array(3),
              a.integer(4),
              a.integer(5))),
  NORMALIZE_PIXELS(
      "normalizePixels",
      Elementwise.class,
      "normalizePixels",
      "rrrw#",
      (g, t, a) ->
          g.task(
              t,
              Elementwise::normalizePixels,
              a.bytes(0),
              a.array(1),
              a.array(2),
              a.array(3),
              a.integer(4))),
  LAYER_NORM(
      "layerNorm",
      Elementwise.class,
      "layerNorm",
      "rrrw###",
      (g, t, a) ->
          g.task(
              t,
              Elementwise::layerNorm,
              a.array(0),
              a.array(1),
              a.array(2),
              a.array(3),
              a.integer(4),
              a.integer(5),
              a.real(6))),
  SUM(
      "sum",
      Elementwise.class,
      "add",
      "rrw##",
      (g, t, a) ->
          g.task(t, Elementwise::add, a.array(0), a.array(1), a.array(2), a.integer(3), a.real(4))),
  ACTIVATION(
      "activation",
      Elementwise.class,
      "activation",
      "rw##",
      (g, t, a) ->
          g.task(t, Elementwise::activation, a.array(0), a.array(1), a.integer(2), a.integer(3)));

  /** Puts a task that calls the kernel's method into a graph. */
  interface Adder {
    void add(TaskGraph graph, String task, Arguments arguments);
  }

  private final String label;
  private final Class<?> owner;
  private final String method;
  private final String parameters;
  private final Adder adder;

  Kernel(String label, Class<?> owner, String method, String parameters, Adder adder) {
    this.label = label;
    this.owner = owner;
    this.method = method;
    this.parameters = parameters;
    this.adder = adder;
  }

  /** The name in reports and error messages. */
  String label() {
    return label;
  }

  /** The class that has the method. */
  Class<?> owner() {
    return owner;
  }

  /** The method's name, which is also that of the generated kernel. */
  String method() {
    return method;
  }

  /**
   * A letter for each parameter: {@code c} the context, {@code r} an array that is read, {@code w}
   * one that is written, {@code b} one that is both, {@code #} a number that is a constant of the
   * generated code, {@code n} one that the code takes as it comes where it is kept for other tasks.
   */
  String parameters() {
    return parameters;
  }

  /** Whether the kernel is launched with a grid, not derived from its parallel loops. */
  boolean usesContext() {
    return parameters.charAt(0) == 'c';
  }

  /** Adds a task that is compiled from the method. */
  void add(TaskGraph graph, String task, Object[] arguments) {
    adder.add(graph, task, new Arguments(arguments));
  }
}
