package fastvit4j.runtime.tornado;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.operator.BatchNorm;
import fastvit4j.model.operator.LayerNorm;
import fastvit4j.model.operator.LayerScale;
import fastvit4j.model.operator.Operator;
import fastvit4j.model.operator.Shape;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Lowers what is done element by element, channel by channel or window by window. */
final class PixelLowering {
  private PixelLowering() {}

  /** Pictures to the network's input. */
  static void normalize(TaskList tasks, PlanInput input) {
    float[] scale = new float[3];
    float[] shift = new float[3];
    for (int c = 0; c < 3; c++) {
      scale[c] = scale(input, c);
      shift[c] = shift(input, c);
    }
    tasks.add(
        Kernel.NORMALIZE_PIXELS,
        input.shape().elements(),
        LaunchGrid.loops(input.shape().pixels(), 3),
        TaskList.value(input.value()),
        FloatArray.fromArray(scale),
        FloatArray.fromArray(shift),
        TaskList.value(Graph.INPUT),
        input.shape().pixels());
  }

  /** What a byte of a colour is multiplied by. */
  static float scale(PlanInput input, int colour) {
    return (float) (1 / (255 * (double) input.std().get(colour)));
  }

  /** What is then added. */
  static float shift(PlanInput input, int colour) {
    return (float) (-input.mean().get(colour) / (double) input.std().get(colour));
  }

  static void globalAverage(TaskList tasks, String x, String y) {
    Shape in = tasks.inputShape();
    tasks.add(
        Kernel.GLOBAL_AVERAGE,
        in.n() * in.c(),
        LaunchGrid.loops(in.n(), in.c()),
        TaskList.value(x),
        TaskList.value(y),
        in.n(),
        in.h() * in.w(),
        in.c());
  }

  static void window(TaskList tasks, Kernel kernel, int size, int stride, int padding) {
    Shape in = tasks.inputShape();
    Shape out = tasks.outputShape();
    tasks.add(
        kernel,
        LaunchGrid.loops(out.n() * out.h(), out.w(), out.c()),
        TaskList.value(tasks.input()),
        TaskList.value(tasks.output()),
        in.n(),
        in.h(),
        in.w(),
        in.c(),
        size,
        stride,
        padding);
  }

  static void batchNorm(TaskList tasks, BatchNorm norm) {
    affine(
        tasks,
        tasks.weights().of(norm.weight(), () -> WeightLayouts.scale(norm)),
        tasks.weights().of(norm.bias(), () -> WeightLayouts.shift(norm)));
  }

  static void layerScale(TaskList tasks, LayerScale scale) {
    affine(
        tasks,
        tasks.weights().of(scale.gamma(), () -> WeightLayouts.vector(scale.gamma())),
        tasks.weights().zeros(scale.channels()));
  }

  private static void affine(TaskList tasks, FloatArray scale, FloatArray shift) {
    Shape in = tasks.inputShape();
    tasks.add(
        Kernel.AFFINE,
        LaunchGrid.loops(in.pixels(), in.c()),
        TaskList.value(tasks.input()),
        scale,
        shift,
        TaskList.value(tasks.output()),
        in.pixels(),
        in.c());
  }

  static void layerNorm(TaskList tasks, LayerNorm norm) {
    int pixels = tasks.inputShape().pixels();
    tasks.add(
        Kernel.LAYER_NORM,
        LaunchGrid.loops(pixels),
        TaskList.value(tasks.input()),
        tasks.weights().of(norm.weight(), () -> WeightLayouts.vector(norm.weight())),
        tasks.bias(norm.bias(), norm.channels()),
        TaskList.value(tasks.output()),
        pixels,
        norm.channels(),
        (float) norm.eps());
  }

  static void sum(TaskList tasks, float sign) {
    int elements = tasks.outputShape().elements();
    tasks.add(
        Kernel.SUM,
        LaunchGrid.loops(elements),
        TaskList.value(tasks.step().inputs().get(0)),
        TaskList.value(tasks.step().inputs().get(1)),
        TaskList.value(tasks.output()),
        elements,
        sign);
  }

  static void activation(TaskList tasks, Operator activation) {
    int elements = tasks.outputShape().elements();
    tasks.add(
        Kernel.ACTIVATION,
        LaunchGrid.loops(elements),
        TaskList.value(tasks.input()),
        TaskList.value(tasks.output()),
        elements,
        TaskList.activation(activation));
  }
}
