package fastvit4j.runtime.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.kernels.cpu.CpuKernels;
import fastvit4j.kernels.cpu.CpuKernelsProvider;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.GraphBuilder;
import fastvit4j.model.operator.Add;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Gelu;
import fastvit4j.model.operator.GlobalAveragePool;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Activation;
import fastvit4j.model.tensor.Tensor;
import fastvit4j.runtime.Session;
import fastvit4j.runtime.SessionOptions;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Steps that are computed together, in sessions. */
class StepChainsTest {
  private static final String TOGETHER = "with the step before";

  /** Large enough for the convolution to be one of a chain, and for the products alone. */
  private static final Shape LARGE = new Shape(3, 173, 160, 20);

  private static final Shape SMALL = new Shape(3, 71, 64, 20);

  private static Tensor tensor(String name, int... shape) {
    Random random = new Random(name.hashCode());
    float[] values = new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() / 8;
    }
    return Tensor.of(name, values, shape);
  }

  private static Conv2d pointwise(String name, int in, int out) {
    return new Conv2d(tensor(name, out, in, 1, 1), tensor(name + "b", out), 1, 0, 1);
  }

  /** A feed-forward block as FastViT's. */
  private static Graph graph() {
    GraphBuilder g = new GraphBuilder("block");
    Tensor taps = tensor("taps", 20, 1, 7, 7);
    g.add("conv", "mlp", new Conv2d(taps, tensor("b", 20), 1, 3, 20), Graph.INPUT);
    g.add("fc1", "mlp", pointwise("w1", 20, 60), "conv");
    g.add("act", "mlp", new Gelu(), "fc1");
    g.add("fc2", "mlp", pointwise("w2", 60, 20), "act");
    g.add("sum", "mlp", new Add(), "fc2", Graph.INPUT);
    g.add("pool", "head", new GlobalAveragePool(), "sum");
    g.output("conv", "conv");
    g.output("act", "act");
    g.output("sum", "sum");
    g.output(Graph.LOGITS, "pool");
    return g.build();
  }

  private static Session session(CpuKernels kernels, Shape shape, int threads, String... outputs) {
    LinkedHashSet<String> wanted = new LinkedHashSet<>(List.of(outputs));
    wanted.add(Graph.LOGITS);
    wanted.add("sum");
    SessionOptions options = SessionOptions.of(shape).withThreads(threads).withOutputs(wanted);
    return new CpuDevice(kernels).compile(graph(), options);
  }

  private static Activation input(Shape shape) {
    Activation input = Activation.allocate(shape);
    Random random = new Random(1);
    for (int i = 0; i < shape.elements(); i++) {
      input.set(i, (float) random.nextGaussian());
    }
    return input;
  }

  static Stream<Arguments> sessions() {
    return CpuKernelsProvider.widths().stream()
        .map(CpuKernelsProvider::ofWidth)
        .flatMap(k -> Stream.of(LARGE, SMALL).map(shape -> Arguments.of(k, shape)));
  }

  /** Whoever asks for a value in between gets it, and the other outputs are the same bits. */
  @ParameterizedTest
  @MethodSource("sessions")
  void doNotChangeBits(CpuKernels kernels, Shape shape) {
    Activation input = input(shape);
    try (Session alone = session(kernels, shape, 1, "conv", "act");
        Session together = session(kernels, shape, 1);
        Session threads = session(kernels, shape, 2)) {
      assertEquals(0, chained(alone));
      assertEquals(shape.equals(LARGE) ? 2 : 1, chained(together));
      for (String output : List.of("sum", Graph.LOGITS)) {
        float[] expected = alone.run(input).get(output).toFloats();
        assertArrayEquals(expected, together.run(input).get(output).toFloats());
        assertArrayEquals(expected, threads.run(input).get(output).toFloats());
      }
      assertTrue(together.memory().unshared() < alone.memory().unshared());
    }
  }

  private static long chained(Session session) {
    return session.steps().stream().filter(step -> step.kernel().equals(TOGETHER)).count();
  }

  /** Only some of the values in between: the chain ends there. */
  @Test
  void endWhereAValueIsWanted() {
    CpuKernels kernels = CpuKernelsProvider.ofWidth(CpuKernelsProvider.widths().getFirst());
    try (Session hidden = session(kernels, LARGE, 1, "act");
        Session convolved = session(kernels, LARGE, 1, "conv")) {
      assertEquals(
          List.of(false, true, false, false),
          hidden.steps().stream().map(step -> step.kernel().equals(TOGETHER)).toList());
      assertEquals(
          List.of(false, false, true, false),
          convolved.steps().stream().map(step -> step.kernel().equals(TOGETHER)).toList());
    }
  }

  @Test
  void areDescribedAtTheirFirst() {
    CpuKernels kernels = CpuKernelsProvider.ofWidth(CpuKernelsProvider.widths().getFirst());
    try (Session session = session(kernels, LARGE, 2)) {
      List<Session.Step> steps = session.steps();
      assertEquals(
          List.of("conv", "fc1", "fc2", "pool"), steps.stream().map(Session.Step::name).toList());
      assertEquals(graph().macs(LARGE), steps.stream().mapToLong(Session.Step::macs).sum());
      assertEquals(graph().macs(LARGE), steps.getFirst().macs());
      Session.Profile profile = session.profile(input(LARGE));
      assertEquals(steps, profile.timings().stream().map(Session.Timing::step).toList());
      assertTrue(profile.timings().getFirst().nanos() > 0);
      assertEquals(0, profile.timings().get(1).nanos());
      assertEquals(0, profile.timings().get(2).nanos());
    }
  }
}
