package fastvit4j.runtime.tornado;

import fastvit4j.kernels.tornado.Attention;
import fastvit4j.kernels.tornado.Convolution;
import fastvit4j.kernels.tornado.Elementwise;
import fastvit4j.kernels.tornado.Epilogue;
import fastvit4j.kernels.tornado.Packed;
import fastvit4j.kernels.tornado.Pooling;
import fastvit4j.kernels.tornado.SqueezeExcitation;
import fastvit4j.model.operator.Add;
import fastvit4j.model.operator.AvgPool2d;
import fastvit4j.model.operator.BatchNorm;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Gelu;
import fastvit4j.model.operator.GlobalAveragePool;
import fastvit4j.model.operator.LayerNorm;
import fastvit4j.model.operator.LayerScale;
import fastvit4j.model.operator.Linear;
import fastvit4j.model.operator.MaxPool2d;
import fastvit4j.model.operator.Operator;
import fastvit4j.model.operator.Relu;
import fastvit4j.model.operator.SelfAttention;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.operator.Silu;
import fastvit4j.model.operator.SqueezeExcite;
import fastvit4j.model.operator.Subtract;
import fastvit4j.runtime.plan.FusedStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.WorkerGrid;
import uk.ac.manchester.tornado.api.WorkerGrid3D;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Turns steps into kernel launches: chooses a kernel for each operator, brings its weights into the
 * kernel's layout, and names the values that pass between the launches of one step. Weights are
 * lowered once; a plan for another shape takes them from the {@link WeightStore}.
 */
final class Lowering {
  private final WeightStore weights;
  private final Map<String, Shape> shapes;
  private final PointwiseChoice pointwise;
  private final List<LoweredTask> tasks = new ArrayList<>();
  private int stepIndex;
  private FusedStep step;

  private Lowering(WeightStore weights, Map<String, Shape> shapes, DeviceTraits traits) {
    this.weights = weights;
    this.shapes = shapes;
    this.pointwise = new PointwiseChoice(traits);
  }

  /** The launches of all steps, in order. */
  static List<LoweredTask> lower(
      List<FusedStep> steps, Map<String, Shape> shapes, WeightStore weights, DeviceTraits traits) {
    Lowering lowering = new Lowering(weights, shapes, traits);
    for (int i = 0; i < steps.size(); i++) {
      lowering.stepIndex = i;
      lowering.step = steps.get(i);
      lowering.lower(steps.get(i).operator());
    }
    return List.copyOf(lowering.tasks);
  }

  private void lower(Operator operator) {
    switch (operator) {
      case Conv2d conv -> convolution(conv);
      case Linear linear ->
          matrixProduct(
              weights.of(linear.weight(), () -> Weights.outputLast(linear.weight())),
              bias(linear.bias(), linear.outChannels()),
              linear.inChannels(),
              linear.outChannels());
      case SelfAttention attention -> attention(attention);
      case SqueezeExcite excite -> squeezeExcite(excite);
      case BatchNorm norm ->
          affine(
              weights.of(norm.weight(), () -> Weights.scale(norm)),
              weights.of(norm.bias(), () -> Weights.shift(norm)));
      case LayerScale scale ->
          affine(
              weights.of(scale.gamma(), () -> Weights.vector(scale.gamma())),
              weights.zeros(scale.channels()));
      case LayerNorm norm -> layerNorm(norm);
      case Add _ -> sum(1.0f);
      case Subtract _ -> sum(-1.0f);
      case Gelu _, Relu _, Silu _ -> activation(code(operator));
      case GlobalAveragePool _ -> globalAverage(input(), step.output());
      case AvgPool2d pool -> window("averagePool", pool.kernel(), pool.stride(), pool.padding());
      case MaxPool2d pool -> window("maxPool", pool.kernel(), pool.stride(), pool.padding());
    }
  }

  private void convolution(Conv2d conv) {
    FloatArray bias = bias(conv.bias(), conv.outChannels());
    if (conv.isPointwise()) {
      FloatArray w = weights.of(conv.weight(), () -> Weights.outputLast(conv.weight()));
      matrixProduct(w, bias, conv.inChannels(), conv.outChannels());
      return;
    }
    FloatArray w = weights.of(conv.weight(), () -> Weights.windowFirst(conv.weight()));
    Shape in = shapes.get(input());
    String x = input();
    String y = step.output();
    String residual = step.residual();
    int n = in.n();
    int h = in.h();
    int v = in.w();
    int c = in.c();
    int padding = conv.padding();
    int window = Packed.of(conv.kernelHeight(), conv.kernelWidth(), conv.stride());
    int epilogue = Packed.of(0, residual == null ? 0 : 1, code(step.activation()));
    int out = conv.outChannels();
    int groups = conv.groups();
    Shape outShape = shapes.get(y);
    WorkerGrid3D grid =
        new WorkerGrid3D(
            (out + Convolution.CHANNELS - 1) / Convolution.CHANNELS * Convolution.CHANNELS,
            (outShape.w() + Convolution.OUTPUTS - 1) / Convolution.OUTPUTS,
            n * outShape.h());
    grid.setLocalWork(Convolution.CHANNELS, 1, 1);
    task(
        "convolutionColumns",
        y,
        List.of(w, bias),
        grid,
        step.reads(),
        (graph, task, b) ->
            graph.task(
                task,
                Convolution::columns,
                new KernelContext(),
                b.apply(x),
                w,
                bias,
                orElse(b, residual, x),
                b.apply(y),
                n,
                h,
                v,
                c,
                out,
                groups,
                window,
                padding,
                epilogue));
  }

  private void matrixProduct(FloatArray w, FloatArray bias, int in, int out) {
    int rows = shapes.get(input()).pixels();
    String x = input();
    String y = step.output();
    String residual = step.residual();
    int hasResidual = residual == null ? 0 : 1;
    int activation = code(step.activation());
    PointwiseChoice.Kernel kernel = pointwise.choose(rows, in, out);
    WorkerGrid grid = kernel.grid(rows, out);
    task(
        kernel.label(),
        y,
        List.of(w, bias),
        grid,
        step.reads(),
        (graph, task, b) ->
            kernel.add(
                graph,
                task,
                b.apply(x),
                w,
                bias,
                orElse(b, residual, x),
                b.apply(y),
                rows,
                in,
                out,
                hasResidual,
                activation));
  }

  private void attention(SelfAttention attention) {
    Shape in = shapes.get(input());
    int n = in.n();
    int tokens = in.h() * in.w();
    int heads = attention.heads();
    int dim = attention.headDim();
    int rows = n * heads * tokens;
    float scale = (float) (1 / Math.sqrt(dim));
    String qkv = input();
    String y = step.output();
    String scores = y + "#scores";
    task(
        "attentionScores",
        scores,
        rows * tokens,
        List.of(qkv),
        List.of(),
        null,
        (graph, task, b) ->
            graph.task(
                task,
                Attention::scores,
                b.apply(qkv),
                b.apply(scores),
                n,
                tokens,
                heads,
                dim,
                scale));
    task(
        "softmax",
        scores,
        rows * tokens,
        List.of(scores),
        List.of(),
        null,
        (graph, task, b) -> graph.task(task, Attention::softmax, b.apply(scores), rows, tokens));
    task(
        "attentionSum",
        y,
        List.of(),
        null,
        List.of(qkv, scores),
        (graph, task, b) ->
            graph.task(
                task,
                Attention::weightedSum,
                b.apply(qkv),
                b.apply(scores),
                b.apply(y),
                n,
                tokens,
                heads,
                dim));
  }

  private void squeezeExcite(SqueezeExcite excite) {
    FloatArray w1 =
        weights.of(excite.reduceWeight(), () -> Weights.outputLast(excite.reduceWeight()));
    FloatArray b1 = bias(excite.reduceBias(), excite.reduced());
    FloatArray w2 =
        weights.of(excite.expandWeight(), () -> Weights.outputLast(excite.expandWeight()));
    FloatArray b2 = bias(excite.expandBias(), excite.channels());
    Shape in = shapes.get(input());
    int n = in.n();
    int c = in.c();
    int pixels = in.h() * in.w();
    int reduced = excite.reduced();
    int activation = code(step.activation());
    String x = input();
    String y = step.output();
    String mean = y + "#mean";
    String hidden = y + "#hidden";
    String gate = y + "#gate";
    globalAverage(x, mean);
    task(
        "squeeze",
        hidden,
        n * reduced,
        List.of(mean),
        List.of(w1, b1),
        null,
        (graph, task, b) ->
            graph.task(
                task,
                SqueezeExcitation::reduce,
                b.apply(mean),
                w1,
                b1,
                b.apply(hidden),
                n,
                c,
                reduced));
    task(
        "expand",
        gate,
        n * c,
        List.of(hidden),
        List.of(w2, b2),
        null,
        (graph, task, b) ->
            graph.task(
                task,
                SqueezeExcitation::expand,
                b.apply(hidden),
                w2,
                b2,
                b.apply(gate),
                n,
                c,
                reduced));
    task(
        "excite",
        y,
        List.of(),
        null,
        List.of(x, gate),
        (graph, task, b) ->
            graph.task(
                task,
                SqueezeExcitation::excite,
                b.apply(x),
                b.apply(gate),
                b.apply(y),
                n,
                pixels,
                c,
                activation));
  }

  private void globalAverage(String x, String y) {
    Shape in = shapes.get(x);
    int n = in.n();
    int pixels = in.h() * in.w();
    int c = in.c();
    task(
        "globalAverage",
        y,
        n * c,
        List.of(x),
        List.of(),
        null,
        (graph, task, b) ->
            graph.task(task, Pooling::globalAverage, b.apply(x), b.apply(y), n, pixels, c));
  }

  private void affine(FloatArray scale, FloatArray shift) {
    Shape in = shapes.get(input());
    int pixels = in.pixels();
    int c = in.c();
    String x = input();
    String y = step.output();
    task(
        "affine",
        y,
        List.of(scale, shift),
        null,
        step.reads(),
        (graph, task, b) ->
            graph.task(task, Elementwise::affine, b.apply(x), scale, shift, b.apply(y), pixels, c));
  }

  private void layerNorm(LayerNorm norm) {
    FloatArray w = weights.of(norm.weight(), () -> Weights.vector(norm.weight()));
    FloatArray bias = bias(norm.bias(), norm.channels());
    int pixels = shapes.get(input()).pixels();
    int c = norm.channels();
    float eps = (float) norm.eps();
    String x = input();
    String y = step.output();
    task(
        "layerNorm",
        y,
        List.of(w, bias),
        null,
        step.reads(),
        (graph, task, b) ->
            graph.task(
                task, Elementwise::layerNorm, b.apply(x), w, bias, b.apply(y), pixels, c, eps));
  }

  private void sum(float sign) {
    String first = step.inputs().get(0);
    String second = step.inputs().get(1);
    String y = step.output();
    int elements = shapes.get(y).elements();
    task(
        "sum",
        y,
        List.of(),
        null,
        step.reads(),
        (graph, task, b) ->
            graph.task(
                task,
                Elementwise::add,
                b.apply(first),
                b.apply(second),
                b.apply(y),
                elements,
                sign));
  }

  private void activation(int code) {
    String x = input();
    String y = step.output();
    int elements = shapes.get(y).elements();
    task(
        "activation",
        y,
        List.of(),
        null,
        step.reads(),
        (graph, task, b) ->
            graph.task(task, Elementwise::activation, b.apply(x), b.apply(y), elements, code));
  }

  private void window(String kernel, int size, int stride, int padding) {
    Shape in = shapes.get(input());
    int n = in.n();
    int h = in.h();
    int v = in.w();
    int c = in.c();
    String x = input();
    String y = step.output();
    boolean maximum = kernel.equals("maxPool");
    task(
        kernel,
        y,
        List.of(),
        null,
        step.reads(),
        (graph, task, b) -> {
          if (maximum) {
            graph.task(
                task, Pooling::maximum, b.apply(x), b.apply(y), n, h, v, c, size, stride, padding);
          } else {
            graph.task(
                task, Pooling::average, b.apply(x), b.apply(y), n, h, v, c, size, stride, padding);
          }
        });
  }

  private String input() {
    return step.inputs().getFirst();
  }

  private FloatArray bias(fastvit4j.model.tensor.Tensor bias, int channels) {
    return bias == null ? weights.zeros(channels) : weights.of(bias, () -> Weights.vector(bias));
  }

  /**
   * The buffer of an optional value; a kernel that does not read it is given another in its place.
   */
  private static FloatArray orElse(
      Function<String, FloatArray> buffers, String value, String other) {
    return buffers.apply(value == null ? other : value);
  }

  private void task(
      String kernel,
      String write,
      List<FloatArray> constants,
      WorkerGrid grid,
      List<String> reads,
      LoweredTask.Adder adder) {
    task(kernel, write, shapes.get(write).elements(), reads, constants, grid, adder);
  }

  private void task(
      String kernel,
      String write,
      int elements,
      List<String> reads,
      List<FloatArray> constants,
      WorkerGrid grid,
      LoweredTask.Adder adder) {
    String name = "t" + tasks.size() + "_" + kernel;
    tasks.add(
        new LoweredTask(name, stepIndex, kernel, reads, write, elements, constants, grid, adder));
  }

  /** The kernels' code of an activation, or of none. */
  private static int code(Operator activation) {
    return switch (activation) {
      case null -> Epilogue.NONE;
      case Gelu _ -> Epilogue.GELU;
      case Relu _ -> Epilogue.RELU;
      case Silu _ -> Epilogue.SILU;
      default -> throw new IllegalArgumentException(activation.kind() + " is no activation");
    };
  }
}
