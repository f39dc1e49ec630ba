package fastvit4j.runtime.tornado;

import fastvit4j.kernels.tornado.Attention;
import fastvit4j.kernels.tornado.Convolution;
import fastvit4j.kernels.tornado.ConvolutionVectors;
import fastvit4j.kernels.tornado.Elementwise;
import fastvit4j.kernels.tornado.GroupNormalization;
import fastvit4j.kernels.tornado.Pointwise;
import fastvit4j.kernels.tornado.PointwiseVectors;
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
      "crrrrwnnnn#####",
      ProductTasks::convolutionColumns),
  CONVOLUTION_VECTORS(
      "convolutionVectors",
      ConvolutionVectors.class,
      "dense",
      "crrrrwnnnn#####",
      ProductTasks::convolutionVectors),
  POINTWISE("pointwise", Pointwise.class, "parallel", "rrrrw#####", ProductTasks::pointwise),
  POINTWISE_COLUMNS(
      "pointwiseColumns",
      Pointwise.class,
      "columns",
      "crrrrwnnn##",
      ProductTasks::pointwiseColumns),
  POINTWISE_TILED(
      "pointwiseTiled", Pointwise.class, "tiled", "crrrrwnnn##", ProductTasks::pointwiseTiled),
  POINTWISE_ROWS(
      "pointwiseRows", PointwiseVectors.class, "rows6", "crrrrwnnn##", ProductTasks::pointwiseRows),
  POINTWISE_ROW(
      "pointwiseRow", PointwiseVectors.class, "row", "crrrrwnnn##", ProductTasks::pointwiseRow),
  ATTENTION_SCORES(
      "attentionScores", Attention.class, "scores", "rw#####", MixingTasks::attentionScores),
  SOFTMAX("softmax", Attention.class, "softmax", "b##", MixingTasks::softmax),
  ATTENTION_SUM(
      "attentionSum", Attention.class, "weightedSum", "rrw####", MixingTasks::attentionSum),
  SQUEEZE("squeeze", SqueezeExcitation.class, "reduce", "rrrw###", MixingTasks::squeeze),
  EXPAND("expand", SqueezeExcitation.class, "expand", "rrrw###", MixingTasks::expand),
  EXCITE("excite", SqueezeExcitation.class, "excite", "rrw####", MixingTasks::excite),
  GLOBAL_AVERAGE(
      "globalAverage", Pooling.class, "globalAverage", "rw###", PixelTasks::globalAverage),
  AVERAGE_POOL("averagePool", Pooling.class, "average", "rw#######", PixelTasks::averagePool),
  MAX_POOL("maxPool", Pooling.class, "maximum", "rw#######", PixelTasks::maxPool),
  AFFINE("affine", Elementwise.class, "affine", "rrrw##", PixelTasks::affine),
  NORMALIZE_PIXELS(
      "normalizePixels",
      Elementwise.class,
      "normalizePixels",
      "rrrw#",
      PixelTasks::normalizePixels),
  LAYER_NORM("layerNorm", Elementwise.class, "layerNorm", "rrrw###", PixelTasks::layerNorm),
  GROUP_MOMENTS(
      "groupMoments", GroupNormalization.class, "moments", "rw###", TokenTasks::groupMoments),
  GROUP_MERGE("groupMerge", GroupNormalization.class, "merge", "rw####", TokenTasks::groupMerge),
  GROUP_NORMALIZE(
      "groupNormalize",
      GroupNormalization.class,
      "normalizeGroup",
      "rrrrw###",
      TokenTasks::groupNormalize),
  TOKEN_EMBEDDING("tokenEmbedding", Tokens.class, "embed", "rrw###", TokenTasks::tokenEmbedding),
  FIRST_TOKEN("firstToken", Tokens.class, "first", "rw###", TokenTasks::firstToken),
  SUM("sum", Elementwise.class, "add", "rrw##", PixelTasks::sum),
  ACTIVATION("activation", Elementwise.class, "activation", "rw##", PixelTasks::activation);

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
