package fastvit4j.runtime.tornado;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Linear;
import fastvit4j.model.operator.Operator;
import fastvit4j.model.operator.Shape;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.plan.FusedStep;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The kernels of each operator on TornadoVM's devices, and which of them a shape and a device get.
 */
public final class KernelTable {
  private static final String ALWAYS = "always";

  private static final List<Entry> ENTRIES =
      List.of(
          entry(
              "Conv2d",
              "processor, window, a multiple of 16 output channels in each group",
              Kernel.CONVOLUTION_VECTORS),
          entry("Conv2d", "1×1 window: as Linear; else the rest", Kernel.CONVOLUTION_COLUMNS),
          entry(
              "Linear",
              "GPU with a tile's local memory, 32 rows and columns",
              Kernel.POINTWISE_TILED),
          entry(
              "Linear", "processor, six rows and a multiple of 16 columns", Kernel.POINTWISE_ROWS),
          entry("Linear", "processor, fewer rows", Kernel.POINTWISE_ROW),
          entry("Linear", "everything else", Kernel.POINTWISE_COLUMNS),
          entry("Linear", "never chosen: the plain kernel, to compare with", Kernel.POINTWISE),
          entry(
              "SelfAttention",
              ALWAYS,
              Kernel.ATTENTION_SCORES,
              Kernel.SOFTMAX,
              Kernel.ATTENTION_SUM),
          entry(
              "SqueezeExcite",
              ALWAYS,
              Kernel.GLOBAL_AVERAGE,
              Kernel.SQUEEZE,
              Kernel.EXPAND,
              Kernel.EXCITE),
          entry("GlobalAveragePool", ALWAYS, Kernel.GLOBAL_AVERAGE),
          entry("AvgPool2d", ALWAYS, Kernel.AVERAGE_POOL),
          entry("MaxPool2d", ALWAYS, Kernel.MAX_POOL),
          entry("BatchNorm", ALWAYS, Kernel.AFFINE),
          entry("LayerScale", ALWAYS, Kernel.AFFINE),
          entry("LayerNorm", ALWAYS, Kernel.LAYER_NORM),
          entry(
              "GroupNorm",
              ALWAYS,
              Kernel.GROUP_MOMENTS,
              Kernel.GROUP_MERGE,
              Kernel.GROUP_NORMALIZE),
          entry("TokenEmbedding", ALWAYS, Kernel.TOKEN_EMBEDDING),
          entry("FirstToken", ALWAYS, Kernel.FIRST_TOKEN),
          entry("Add", "where it is not fused into the operator before", Kernel.SUM),
          entry("Subtract", ALWAYS, Kernel.SUM),
          entry("pictures", "where pictures are given as bytes", Kernel.NORMALIZE_PIXELS),
          entry("Gelu", "where it is not fused into the operator before", Kernel.ACTIVATION),
          entry("Relu", "where it is not fused into the operator before", Kernel.ACTIVATION),
          entry("Silu", "where it is not fused into the operator before", Kernel.ACTIVATION));

  private KernelTable() {}

  /**
   * One line of the table.
   *
   * @param operator the operator's name
   * @param kernels names of the kernels that are launched one after the other
   * @param methods the Java methods behind them, {@code Class.method}
   * @param when which shapes and devices get them
   */
  public record Entry(String operator, List<String> kernels, List<String> methods, String when) {}

  /**
   * What a shape and a device get.
   *
   * @param kernels names of the kernels that are launched one after the other
   * @param reason why, in a few words
   */
  public record Choice(List<String> kernels, String reason) {}

  private static Entry entry(String operator, String when, Kernel... kernels) {
    List<Kernel> list = List.of(kernels);
    return new Entry(
        operator,
        list.stream().map(Kernel::label).toList(),
        list.stream().map(k -> k.owner().getSimpleName() + "." + k.method()).toList(),
        when);
  }

  /** All kernels by operator. */
  public static List<Entry> entries() {
    return ENTRIES;
  }

  /**
   * The kernels that an operator gets.
   *
   * @param operator the operator
   * @param inputs the shapes of its inputs, NHWC
   * @param device a device of the families {@code tornado} or {@code emulator}
   * @throws IllegalArgumentException if the device is of another family
   * @throws fastvit4j.model.operator.ShapeException if the operator cannot take the shapes
   */
  public static Choice choose(Operator operator, List<Shape> inputs, Device device) {
    if (!(device instanceof TornadoDevice tornado)) {
      throw new IllegalArgumentException(device.name() + " does not run TornadoVM's kernels");
    }
    Map<String, Shape> shapes = new HashMap<>();
    List<String> names = new ArrayList<>();
    for (Shape input : inputs) {
      names.add(Graph.INPUT + names.size());
      shapes.put(names.getLast(), input);
    }
    shapes.put("output", operator.infer(inputs));
    FusedStep step = new FusedStep("output", "", operator, names, null, null, "output");
    List<LoweredTask> tasks =
        Lowering.lower(
            List.of(step),
            shapes,
            PlanInput.floats(inputs.getFirst()),
            new WeightStore(),
            tornado.traits());
    return new Choice(
        tasks.stream().map(t -> t.kernel().label()).toList(),
        reason(operator, inputs.getFirst(), tornado.traits()));
  }

  /**
   * The same device with convolutions and matrix products given to the named kernels wherever they
   * can compute them, the first of them first: to check and to compare kernels where the table
   * would choose others.
   *
   * @throws IllegalArgumentException if the device is of another family or no kernel has a name
   */
  public static Device preferring(Device device, List<String> kernels) {
    if (!(device instanceof TornadoDevice tornado)) {
      throw new IllegalArgumentException(device.name() + " does not run TornadoVM's kernels");
    }
    List<Kernel> preferred = kernels.stream().map(ProductTable::kernel).toList();
    return new TornadoDevice(
        tornado.name(),
        tornado.description(),
        tornado.handle(),
        tornado.traits().preferring(preferred));
  }

  private static String reason(Operator operator, Shape input, DeviceTraits traits) {
    return switch (operator) {
      case Linear linear ->
          ProductTable.product(input.pixels(), linear.inChannels(), linear.outChannels(), traits)
              .reason();
      case Conv2d conv when conv.isPointwise() ->
          ProductTable.product(input.pixels(), conv.inChannels(), conv.outChannels(), traits)
              .reason();
      case Conv2d conv -> ProductTable.window(conv, traits).reason();
      default -> "the only kernel of this operator";
    };
  }
}
