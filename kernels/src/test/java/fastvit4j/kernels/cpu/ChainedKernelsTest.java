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
   * An image, a convolution or none, and products.
   *
   * @param first the depthwise convolution, or null
   * @param channels of the first product's input, and of each product's output
   * @param epilogues what follows each operator
   */
  record Case(
      int n,
      int h,
      int w,
      ConvolutionSpec first,
      List<Integer> channels,
      List<Epilogue> epilogues) {

    List<CpuOperator> operators(CpuKernels kernels, Arena arena) {
      List<CpuOperator> operators = new ArrayList<>();
      if (first != null) {
        float[] weight =
            Harness.random(1, first.outChannels() * first.kernelHeight() * first.kernelWidth());
        float[] bias = Harness.random(2, first.outChannels());
        operators.add(kernels.convolution(first, WeightSource.of(weight), bias, arena));
      }
      for (int i = 1; i < channels.size(); i++) {
        int in = channels.get(i - 1);
        int out = channels.get(i);
        float[] weight = Harness.random(2 * i + 1, in * out);
        float[] bias = Harness.random(2 * i + 2, out);
        operators.add(kernels.linear(in, out, WeightSource.of(weight), bias, arena));
      }
      return operators;
    }

    int inChannels() {
      return first == null ? channels.getFirst() : first.inChannels();
    }

    int outH() {
      return first == null ? h : first.outHeight(h);
    }

    int outW() {
      return first == null ? w : first.outWidth(w);
    }
  }

  static Stream<Arguments> cases() {
    ConvolutionSpec large = new ConvolutionSpec(20, 20, 7, 7, 1, 3, 20);
    ConvolutionSpec halving = new ConvolutionSpec(21, 42, 7, 7, 2, 3, 21);
    ConvolutionSpec small = new ConvolutionSpec(37, 37, 3, 3, 2, 1, 37);
    List<Case> cases =
        List.of(
            new Case(1, 41, 37, null, List.of(20, 300, 19), List.of(GELU, RESIDUAL)),
            new Case(2, 40, 40, null, List.of(48, 144, 48), List.of(Epilogue.NONE, ALL)),
            new Case(1, 169, 160, large, List.of(20, 37, 20), List.of(Epilogue.NONE, GELU, ALL)),
            new Case(2, 169, 160, large, List.of(20, 23), List.of(GELU, RESIDUAL)),
            new Case(1, 232, 227, halving, List.of(42, 33), List.of(Epilogue.NONE, GELU)),
            new Case(1, 243, 241, small, List.of(37, 20, 9), List.of(GELU, GELU, RESIDUAL)));
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
        float[] input = Harness.random(7, c.n * c.h * c.w * c.inChannels());
        int outputs = c.n * c.outH() * c.outW() * c.channels.getLast();
        float[] residual = c.epilogues.getLast().residual() ? Harness.random(8, outputs) : null;
        float[] together = Harness.run(chain.get(), input, null, residual, outputs);
        assertArrayEquals(oneByOne(operators, c, input, residual), together);
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

  private static float[] oneByOne(
      List<CpuOperator> operators, Case c, float[] input, float[] residual) {
    float[] x = input;
    int first = c.first == null ? 1 : 0;
    for (int i = 0; i < operators.size(); i++) {
      boolean convolves = c.first != null && i == 0;
      CpuKernel kernel =
          operators
              .get(i)
              .bind(
                  c.n, convolves ? c.h : c.outH(), convolves ? c.w : c.outW(), c.epilogues.get(i));
      int outputs = c.n * c.outH() * c.outW() * c.channels.get(i + first);
      x = Harness.run(kernel, x, null, c.epilogues.get(i).residual() ? residual : null, outputs);
    }
    return x;
  }

  /** What is added in between would have to be in memory; and small images have too few blocks. */
  @Test
  void areNotMadeOfEverything() {
    CpuKernels kernels = CpuKernelsProvider.find().kernels();
    try (Arena arena = Arena.ofShared()) {
      Case c = new Case(1, 40, 40, null, List.of(48, 144, 48), List.of(GELU, RESIDUAL));
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
