package fastvit4j.kernels.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.kernels.cpu.CpuOperator.Follower;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Operators that are computed together: the same bits as one by one, which other tests compare with
 * float64.
 */
class ChainedKernelsTest {
  private static final Epilogue GELU = new Epilogue(false, ActivationFunction.GELU);
  private static final Epilogue RESIDUAL = new Epilogue(true, ActivationFunction.NONE);
  private static final Epilogue ALL = new Epilogue(true, ActivationFunction.SILU);

  /**
   * An image, convolutions if any, and products if any.
   *
   * @param convolutions the first operators
   * @param products output channels of each product
   * @param epilogues what follows each operator
   */
  record Case(
      int n,
      int h,
      int w,
      List<ConvolutionSpec> convolutions,
      List<Integer> products,
      List<Epilogue> epilogues) {

    List<CpuOperator> operators(CpuKernels kernels, Arena arena) {
      List<CpuOperator> operators = new ArrayList<>();
      for (ConvolutionSpec spec : specs()) {
        int seed = 2 * operators.size() + 1;
        int window = spec.kernelHeight() * spec.kernelWidth() * spec.groupInChannels();
        WeightSource weight = WeightSource.of(Harness.random(seed, spec.outChannels() * window));
        float[] bias = Harness.random(seed + 1, spec.outChannels());
        operators.add(kernels.convolution(spec, weight, bias, arena));
      }
      return operators;
    }

    /** All operators as convolutions. */
    List<ConvolutionSpec> specs() {
      List<ConvolutionSpec> specs = new ArrayList<>(convolutions);
      // Of no convolution, the first number is the image's channels.
      int first = specs.isEmpty() ? 1 : 0;
      int channels = specs.isEmpty() ? products.getFirst() : specs.getLast().outChannels();
      for (int out : products.subList(first, products.size())) {
        specs.add(new ConvolutionSpec(channels, out, 1, 1, 1, 0, 1));
        channels = out;
      }
      return specs;
    }
  }

  static Stream<Arguments> cases() {
    List<ConvolutionSpec> large = List.of(new ConvolutionSpec(20, 20, 7, 7, 1, 3, 20));
    List<ConvolutionSpec> halving = List.of(new ConvolutionSpec(21, 42, 7, 7, 2, 3, 21));
    List<ConvolutionSpec> small = List.of(new ConvolutionSpec(37, 37, 3, 3, 2, 1, 37));
    ConvolutionSpec first = new ConvolutionSpec(3, 24, 3, 3, 2, 1, 1);
    ConvolutionSpec grouped = new ConvolutionSpec(4, 38, 3, 3, 2, 1, 2);
    List<ConvolutionSpec> stem = List.of(first, new ConvolutionSpec(24, 24, 3, 3, 2, 1, 24));
    List<ConvolutionSpec> wide = List.of(grouped, new ConvolutionSpec(38, 38, 7, 7, 1, 3, 38));
    List<ConvolutionSpec> twice = List.of(first, new ConvolutionSpec(24, 48, 5, 5, 2, 0, 24));
    List<Case> cases =
        List.of(
            new Case(1, 41, 37, List.of(), List.of(20, 300, 19), List.of(GELU, RESIDUAL)),
            new Case(2, 40, 40, List.of(), List.of(48, 144, 48), List.of(Epilogue.NONE, ALL)),
            new Case(1, 53, 41, List.of(), List.of(68, 259, 100), List.of(GELU, RESIDUAL)),
            new Case(1, 169, 160, large, List.of(37, 20), List.of(Epilogue.NONE, GELU, ALL)),
            new Case(2, 169, 160, large, List.of(23), List.of(GELU, RESIDUAL)),
            new Case(1, 232, 227, halving, List.of(33), List.of(Epilogue.NONE, GELU)),
            new Case(1, 243, 241, small, List.of(20, 9), List.of(GELU, GELU, RESIDUAL)),
            new Case(2, 211, 213, stem, List.of(26), List.of(GELU, GELU, GELU)),
            new Case(1, 210, 209, stem, List.of(21, 30), List.of(GELU, GELU, GELU, RESIDUAL)),
            new Case(2, 167, 190, wide, List.of(40), List.of(Epilogue.NONE, GELU, ALL)),
            new Case(1, 224, 201, twice, List.of(9), List.of(GELU, Epilogue.NONE, GELU)));
    return Harness.kernels().flatMap(k -> cases.stream().map(c -> Arguments.of(k, c)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void areTheSameAsOneByOne(CpuKernels kernels, Case c) {
    try (Arena arena = Arena.ofShared()) {
      List<CpuOperator> operators = c.operators(kernels, arena);
      Optional<CpuKernel> chain = chain(operators, c);
      assertEquals(kernels.vectorBits() > Float.SIZE, chain.isPresent(), kernels.name());
      if (chain.isPresent()) {
        float[] input = Harness.random(7, c.n * c.h * c.w * c.specs().getFirst().inChannels());
        float[] expected = oneByOne(operators, c, input);
        float[] residual = c.epilogues.getLast().residual() ? residual(expected.length) : null;
        float[] together = Harness.run(chain.get(), input, null, residual, expected.length);
        assertArrayEquals(expected, together);
      }
    }
  }

  private static Optional<CpuKernel> chain(List<CpuOperator> operators, Case c) {
    List<Follower> next = new ArrayList<>();
    for (int i = 1; i < operators.size(); i++) {
      next.add(new Follower(operators.get(i), c.epilogues.get(i)));
    }
    return operators.getFirst().bindWith(c.n, c.h, c.w, c.epilogues.getFirst(), next);
  }

  private static float[] residual(int count) {
    return Harness.random(8, count);
  }

  private static float[] oneByOne(List<CpuOperator> operators, Case c, float[] input) {
    float[] x = input;
    int h = c.h;
    int w = c.w;
    for (int i = 0; i < operators.size(); i++) {
      ConvolutionSpec spec = c.specs().get(i);
      Epilogue epilogue = c.epilogues.get(i);
      CpuKernel kernel = operators.get(i).bind(c.n, h, w, epilogue);
      h = spec.outHeight(h);
      w = spec.outWidth(w);
      int outputs = c.n * h * w * spec.outChannels();
      x = Harness.run(kernel, x, null, epilogue.residual() ? residual(outputs) : null, outputs);
    }
    return x;
  }

  /** What is added in between would have to be in memory; and small images have too few blocks. */
  @Test
  void areNotMadeOfEverything() {
    CpuKernels kernels = CpuKernelsProvider.find().kernels();
    try (Arena arena = Arena.ofShared()) {
      Case c = new Case(1, 40, 40, List.of(), List.of(48, 144, 48), List.of(GELU, RESIDUAL));
      List<CpuOperator> operators = c.operators(kernels, arena);
      CpuOperator first = operators.getFirst();
      List<Follower> next = List.of(new Follower(operators.getLast(), RESIDUAL));
      assertTrue(first.bindWith(1, 40, 40, GELU, next).isPresent());
      assertFalse(first.bindWith(1, 40, 40, ALL, next).isPresent());
      assertFalse(first.bindWith(1, 4, 4, GELU, next).isPresent());
      assertFalse(first.bindWith(64, 4, 4, GELU, next).isPresent());
      List<Follower> pool = List.of(new Follower(kernels.globalAveragePool(144), Epilogue.NONE));
      assertFalse(first.bindWith(1, 40, 40, GELU, pool).isPresent());
    }
  }
}
