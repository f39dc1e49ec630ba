package fastvit4j.runtime.tornado;

import fastvit4j.kernels.tornado.DepthwisePair;
import fastvit4j.kernels.tornado.DepthwisePointwise;
import fastvit4j.kernels.tornado.Packed;
import fastvit4j.kernels.tornado.PixelStem;
import fastvit4j.kernels.tornado.PointwisePair;
import fastvit4j.model.operator.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Lowers several operators to one kernel. */
final class FusedLowering {
  private FusedLowering() {}

  static void pointwisePair(TaskList tasks, Problem problem) {
    int rows = problem.rows();
    int hidden = inner(problem).c();
    int out = problem.outChannels();
    tasks.add(
        GpuKernels.POINTWISE_PAIR,
        LaunchGrid.groups(
            List.of(
                Math.ceilDiv(out, PointwisePair.TILE) * PointwisePair.GROUP,
                Math.ceilDiv(rows, PointwisePair.TILE) * PointwisePair.GROUP),
            PointwisePair.GROUP,
            PointwisePair.GROUP),
        TaskList.value(tasks.input()),
        GpuLowering.weight(tasks, problem.operator(0)),
        GpuLowering.bias(tasks, problem.operator(0)),
        GpuLowering.weight(tasks, problem.operator(1)),
        GpuLowering.bias(tasks, problem.operator(1)),
        tasks.residual(),
        TaskList.value(tasks.output()),
        rows,
        problem.inChannels(),
        hidden,
        out,
        tasks.hasResidual(),
        Packed.of(0, activation(tasks, 0), tasks.activation()));
  }

  static void depthwisePair(TaskList tasks, Problem problem) {
    Shape in = problem.input();
    tasks.add(
        GpuKernels.DEPTHWISE_PAIR,
        GpuLowering.groups(
            Math.ceilDiv(in.c(), DepthwisePair.LANES),
            Math.ceilDiv(in.w(), DepthwisePair.SIDE),
            in.n() * Math.ceilDiv(in.h(), DepthwisePair.SIDE),
            DepthwisePair.LANES,
            DepthwisePair.ITEMS),
        TaskList.value(tasks.input()),
        GpuLowering.weight(tasks, problem.operator(0)),
        GpuLowering.bias(tasks, problem.operator(0)),
        GpuLowering.weight(tasks, problem.operator(1)),
        GpuLowering.bias(tasks, problem.operator(1)),
        TaskList.value(problem.steps().get(0).output(), inner(problem).elements()),
        TaskList.value(tasks.output()),
        in.h(),
        in.w(),
        in.c());
  }

  static void depthwisePointwise(TaskList tasks, Problem problem) {
    Shape in = problem.input();
    tasks.add(
        GpuKernels.DEPTHWISE_POINTWISE,
        GpuLowering.groups(
            Math.ceilDiv(in.w(), DepthwisePointwise.SIDE),
            Math.ceilDiv(in.h(), DepthwisePointwise.SIDE),
            in.n(),
            DepthwisePointwise.GROUP,
            DepthwisePointwise.GROUP),
        TaskList.value(tasks.input()),
        GpuLowering.weight(tasks, problem.operator(0)),
        GpuLowering.bias(tasks, problem.operator(0)),
        GpuLowering.weight(tasks, problem.operator(1)),
        GpuLowering.bias(tasks, problem.operator(1)),
        TaskList.value(tasks.output()),
        in.h(),
        in.w(),
        in.c(),
        problem.outChannels(),
        tasks.activation());
  }

  static void stem(TaskList tasks, Problem problem) {
    PlanInput pictures = problem.pixels();
    Shape in = pictures.shape();
    Shape out = problem.output();
    Object[] parameters =
        Stream.of(0, 1, 2)
            .map(problem::operator)
            .flatMap(o -> Stream.of(GpuLowering.weight(tasks, o), GpuLowering.bias(tasks, o)))
            .toArray();
    Object[] arguments =
        Stream.of(
                Stream.of(TaskList.value(pictures.value()), normalization(pictures)),
                Arrays.stream(parameters),
                Stream.of(
                    TaskList.value(tasks.output()),
                    in.h(),
                    in.w(),
                    out.c(),
                    Packed.of(activation(tasks, 0), activation(tasks, 1), tasks.activation())))
            .flatMap(s -> s)
            .toArray();
    tasks.add(
        GpuKernels.PIXEL_STEM,
        GpuLowering.groups(
            Math.ceilDiv(out.w(), PixelStem.COLUMNS),
            Math.ceilDiv(out.h(), PixelStem.LINES),
            in.n(),
            PixelStem.GROUP,
            PixelStem.GROUP),
        arguments);
  }

  /** The factor of each colour, then what is added. */
  private static FloatArray normalization(PlanInput pictures) {
    FloatArray both = new FloatArray(6);
    for (int c = 0; c < 3; c++) {
      both.set(c, PixelLowering.scale(pictures, c));
      both.set(3 + c, PixelLowering.shift(pictures, c));
    }
    return both;
  }

  private static Shape inner(Problem problem) {
    return problem.shapes().get(problem.steps().get(0).output());
  }

  private static int activation(TaskList tasks, int step) {
    return TaskList.activation(tasks.steps().get(step).activation());
  }
}
