package fastvit4j.runtime.tornado;

import fastvit4j.kernels.tornado.Epilogue;
import fastvit4j.model.operator.Gelu;
import fastvit4j.model.operator.Operator;
import fastvit4j.model.operator.Relu;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.operator.Silu;
import fastvit4j.model.tensor.Tensor;
import fastvit4j.runtime.DeviceException;
import fastvit4j.runtime.plan.FusedStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The launches of a plan while it is being lowered: what the lowering of each operator reads of the
 * step at hand, and where it adds its tasks.
 */
final class TaskList {
  private final WeightStore weights;
  private final Map<String, Shape> shapes;
  private final DeviceTraits traits;
  private final List<LoweredTask> tasks = new ArrayList<>();
  private int index;
  private List<FusedStep> steps;
  private boolean first;

  TaskList(WeightStore weights, Map<String, Shape> shapes, DeviceTraits traits) {
    this.weights = weights;
    this.shapes = shapes;
    this.traits = traits;
  }

  /** Turns to a step, or to several that are lowered together. */
  void begin(int stepIndex, List<FusedStep> next) {
    index = stepIndex;
    steps = next;
    first = true;
  }

  /** The steps that are lowered together: mostly one. */
  List<FusedStep> steps() {
    return steps;
  }

  /** The step, the last where several are lowered together. */
  FusedStep step() {
    return steps.getLast();
  }

  WeightStore weights() {
    return weights;
  }

  DeviceTraits traits() {
    return traits;
  }

  /** The first input of the step, of the first one where several are lowered together. */
  String input() {
    return steps.getFirst().inputs().getFirst();
  }

  /** The step's output, that of the last one where several are lowered together. */
  String output() {
    return step().output();
  }

  /** The shape of a value. */
  Shape shape(String value) {
    return shapes.get(value);
  }

  /** The shape of the step's first input. */
  Shape inputShape() {
    return shapes.get(input());
  }

  /** The shape of the step's output. */
  Shape outputShape() {
    return shapes.get(output());
  }

  /** A value as an argument. */
  static LoweredTask.Value value(String name) {
    return new LoweredTask.Value(name);
  }

  /** A value that is written besides the task's first, and has a size of its own. */
  static LoweredTask.Value value(String name, int elements) {
    return new LoweredTask.Value(name, elements);
  }

  /** The value that is added to the step's result; a kernel that adds none is given its input. */
  LoweredTask.Value residual() {
    return value(step().residual() == null ? input() : step().residual());
  }

  /** 1 where there is a residual. */
  int hasResidual() {
    return step().residual() == null ? 0 : 1;
  }

  /** The bias of an operator, zeros where it has none. */
  FloatArray bias(Tensor bias, int channels) {
    return bias == null
        ? weights.zeros(channels)
        : weights.of(bias, () -> WeightLayouts.vector(bias));
  }

  /** Adds a launch that writes the step's output. */
  void add(Kernel kernel, LaunchGrid grid, Object... arguments) {
    add(kernel, outputShape().elements(), grid, arguments);
  }

  /**
   * Adds a launch that writes a value of the given size.
   *
   * @throws DeviceException if the device takes no such grid
   */
  void add(Kernel kernel, int elements, LaunchGrid grid, Object... arguments) {
    Shape in = inputShape();
    Shape out = outputShape();
    boolean startsStage = first && (in.h() != out.h() || in.w() != out.w());
    first = false;
    String name = "t" + tasks.size() + "_" + kernel.label();
    if (grid.mostGroups() > traits.mostGroups()) {
      throw new DeviceException(
          kernel.label()
              + " at "
              + in
              + " is "
              + grid
              + ", but the device takes no more than "
              + traits.mostGroups()
              + " groups in a direction: take a smaller batch or size",
          null);
    }
    tasks.add(
        new LoweredTask(name, index, kernel, List.of(arguments), elements, grid, startsStage));
  }

  /** All launches, in order. */
  List<LoweredTask> tasks() {
    return List.copyOf(tasks);
  }

  /** The kernels' code of the step's activation, or of none. */
  int activation() {
    return activation(step().activation());
  }

  /** The kernels' code of an activation, or of none. */
  static int activation(Operator activation) {
    return switch (activation) {
      case null -> Epilogue.NONE;
      case Gelu _ -> Epilogue.GELU;
      case Relu _ -> Epilogue.RELU;
      case Silu _ -> Epilogue.SILU;
      default -> throw new IllegalArgumentException(activation.kind() + " is no activation");
    };
  }
}
