package fastvit4j.runtime.tornado;

import fastvit4j.kernels.tornado.Attention;
import fastvit4j.kernels.tornado.Convolution;
import fastvit4j.kernels.tornado.Elementwise;
import fastvit4j.kernels.tornado.GroupNormalization;
import fastvit4j.kernels.tornado.Pointwise;
import fastvit4j.kernels.tornado.Pooling;
import fastvit4j.kernels.tornado.SqueezeExcitation;
import fastvit4j.kernels.tornado.Tokens;
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
      "crrrrw#########",
      (g, t, a) ->
          g.task(
              t,
              Convolution::columns,
              a.context(0),
              a.array(1),
              a.array(2),
              a.array(3),
              a.array(4),
              a.array(5),
              a.integer(6),
              a.integer(7),
              a.integer(8),
              a.integer(9),
              a.integer(10),
              a.integer(11),
              a.integer(12),
              a.integer(13),
              a.integer(14))),
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
      "crrrrw#####",
      (g, t, a) ->
          g.task(
              t,
              Pointwise::columns,
              a.context(0),
              a.array(1),
              a.array(2),
              a.array(3),
              a.array(4),
              a.array(5),
              a.integer(6),
              a.integer(7),
              a.integer(8),
              a.integer(9),
              a.integer(10))),
  POINTWISE_TILED(
      "pointwiseTiled",
      Pointwise.class,
      "tiled",
      "crrrrw#####",
      (g, t, a) ->
          g.task(
              t,
              Pointwise::tiled,
              a.context(0),
              a.array(1),
              a.array(2),
              a.array(3),
              a.array(4),
              a.array(5),
              a.integer(6),
              a.integer(7),
              a.integer(8),
              a.integer(9),
              a.integer(10))),
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
  GROUP_MOMENTS(
      "groupMoments",
      GroupNormalization.class,
      "moments",
      "rw###",
      (g, t, a) ->
          g.task(
              t,
              GroupNormalization::moments,
              a.array(0),
              a.array(1),
              a.integer(2),
              a.integer(3),
              a.integer(4))),
  GROUP_MERGE(
      "groupMerge",
      GroupNormalization.class,
      "merge",
      "rw####",
      (g, t, a) ->
          g.task(
              t,
              GroupNormalization::merge,
              a.array(0),
              a.array(1),
              a.integer(2),
              a.integer(3),
              a.integer(4),
              a.real(5))),
  GROUP_NORMALIZE(
      "groupNormalize",
      GroupNormalization.class,
      "normalizeGroup",
      "rrrrw###",
      (g, t, a) ->
          g.task(
              t,
              GroupNormalization::normalizeGroup,
              a.array(0),
              a.array(1),
              a.array(2),
              a.array(3),
              a.array(4),
              a.integer(5),
              a.integer(6),
              a.integer(7))),
  TOKEN_EMBEDDING(
      "tokenEmbedding",
      Tokens.class,
      "embed",
      "rrw###",
      (g, t, a) ->
          g.task(
              t,
              Tokens::embed,
              a.array(0),
              a.array(1),
              a.array(2),
              a.integer(3),
              a.integer(4),
              a.integer(5))),
  FIRST_TOKEN(
      "firstToken",
      Tokens.class,
      "first",
      "rw###",
      (g, t, a) ->
          g.task(
              t, Tokens::first, a.array(0), a.array(1), a.integer(2), a.integer(3), a.integer(4))),
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

  private final String label;
  private final Class<?> owner;
  private final String method;
  private final String parameters;
  private final TaskAdder adder;

  Kernel(String label, Class<?> owner, String method, String parameters, TaskAdder adder) {
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
   * one that is written, {@code b} one that is both, {@code #} a number.
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
