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
import fastvit4j.runtime.half.HalfKernels;
import uk.ac.manchester.tornado.api.TaskGraph;

/**
 * A Java method that TornadoVM compiles. It knows what the method does with its parameters, and how
 * to put a task that calls it into a graph; so that the same list of arguments makes a task from
 * the method or from code that was generated from it before. Who chooses among kernels is {@link
 * KernelRegistry}.
 */
final class Kernel {
  static final Kernel CONVOLUTION_COLUMNS =
      new Kernel(
          "convolutionColumns",
          Convolution.class,
          "columns",
          "crrrrwnnnn#####",
          ProductTasks::convolutionColumns);
  static final Kernel CONVOLUTION_VECTORS =
      new Kernel(
          "convolutionVectors",
          ConvolutionVectors.class,
          "dense",
          "crrrrwnnnn#####",
          ProductTasks::convolutionVectors);
  static final Kernel POINTWISE =
      new Kernel("pointwise", Pointwise.class, "parallel", "rrrrw#####", ProductTasks::pointwise);
  static final Kernel POINTWISE_COLUMNS =
      new Kernel(
          "pointwiseColumns",
          Pointwise.class,
          "columns",
          "crrrrwnnn##",
          ProductTasks::pointwiseColumns);
  static final Kernel POINTWISE_TILED =
      new Kernel(
          "pointwiseTiled", Pointwise.class, "tiled", "crrrrwnnn##", ProductTasks::pointwiseTiled);
  static final Kernel POINTWISE_ROWS =
      new Kernel(
          "pointwiseRows",
          PointwiseVectors.class,
          "rows6",
          "crrrrwnnn##",
          ProductTasks::pointwiseRows);
  static final Kernel POINTWISE_ROW =
      new Kernel(
          "pointwiseRow", PointwiseVectors.class, "row", "crrrrwnnn##", ProductTasks::pointwiseRow);
  static final Kernel ATTENTION_SCORES =
      new Kernel(
          "attentionScores", Attention.class, "scores", "rw#####", MixingTasks::attentionScores);
  static final Kernel SOFTMAX =
      new Kernel("softmax", Attention.class, "softmax", "b##", MixingTasks::softmax);
  static final Kernel ATTENTION_SUM =
      new Kernel(
          "attentionSum", Attention.class, "weightedSum", "rrw####", MixingTasks::attentionSum);
  static final Kernel SQUEEZE =
      new Kernel("squeeze", SqueezeExcitation.class, "reduce", "rrrw###", MixingTasks::squeeze);
  static final Kernel EXPAND =
      new Kernel("expand", SqueezeExcitation.class, "expand", "rrrw###", MixingTasks::expand);
  static final Kernel EXCITE =
      new Kernel("excite", SqueezeExcitation.class, "excite", "rrw####", MixingTasks::excite);
  static final Kernel GLOBAL_AVERAGE =
      new Kernel(
          "globalAverage", Pooling.class, "globalAverage", "rw###", PixelTasks::globalAverage);
  static final Kernel AVERAGE_POOL =
      new Kernel("averagePool", Pooling.class, "average", "rw#######", PixelTasks::averagePool);
  static final Kernel MAX_POOL =
      new Kernel("maxPool", Pooling.class, "maximum", "rw#######", PixelTasks::maxPool);
  static final Kernel AFFINE =
      new Kernel("affine", Elementwise.class, "affine", "rrrw##", PixelTasks::affine);
  static final Kernel NORMALIZE_PIXELS =
      new Kernel(
          "normalizePixels",
          Elementwise.class,
          "normalizePixels",
          "rrrw#",
          PixelTasks::normalizePixels);
  static final Kernel LAYER_NORM =
      new Kernel("layerNorm", Elementwise.class, "layerNorm", "rrrw###", PixelTasks::layerNorm);
  static final Kernel GROUP_MOMENTS =
      new Kernel(
          "groupMoments", GroupNormalization.class, "moments", "rw###", TokenTasks::groupMoments);
  static final Kernel GROUP_MERGE =
      new Kernel("groupMerge", GroupNormalization.class, "merge", "rw####", TokenTasks::groupMerge);
  static final Kernel GROUP_NORMALIZE =
      new Kernel(
          "groupNormalize",
          GroupNormalization.class,
          "normalizeGroup",
          "rrrrw###",
          TokenTasks::groupNormalize);
  static final Kernel TOKEN_EMBEDDING =
      new Kernel("tokenEmbedding", Tokens.class, "embed", "rrw###", TokenTasks::tokenEmbedding);
  static final Kernel FIRST_TOKEN =
      new Kernel("firstToken", Tokens.class, "first", "rw###", TokenTasks::firstToken);
  static final Kernel SUM = new Kernel("sum", Elementwise.class, "add", "rrw##", PixelTasks::sum);
  static final Kernel ACTIVATION =
      new Kernel("activation", Elementwise.class, "activation", "rw##", PixelTasks::activation);

  private final String label;
  private final Class<?> owner;
  private final String method;
  private final String parameters;
  private final TaskAdder adder;

  /**
   * Describes a kernel.
   *
   * @param label the name in reports, error messages and the names of tasks
   * @param owner the class that has the method
   * @param method the method's name
   * @param parameters a letter for each, see {@link #parameters()}
   * @param adder calls {@code graph.task} with the method; mostly {@code (graph, task, arguments)
   *     -> arguments.add(graph, task, Owner::method)}
   */
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

  /** Adds a task that is compiled from the method, or from its form for these arguments. */
  void add(TaskGraph graph, String task, Object[] arguments) {
    if (HalfKernels.half(arguments).isEmpty()) {
      adder.add(graph, task, new Arguments(arguments));
    } else {
      HalfKernels.add(graph, task, owner, method, arguments);
    }
  }
}
