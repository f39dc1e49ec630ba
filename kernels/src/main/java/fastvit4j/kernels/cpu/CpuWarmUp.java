package fastvit4j.kernels.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Runs tiny operators, so that the optimising compiler makes code of the loops that matter before
 * the first network runs: until it has, vector code runs through the Vector API's plain Java, a
 * hundred times slower, and the compilers are busy with that. It pays only where few runs are
 * enough for the compilers, as the launcher asks them for.
 */
public final class CpuWarmUp {
  /** More runs than the launcher's thresholds ask for, for each of the two compilers. */
  private static final int RUNS = 10;

  private static final int SIDE = 8;
  private static final int CHANNELS = 16;

  /** Input channels, output channels and pixels of a product of one register tile. */
  private static final int[] TILE = {2, 48, 6};

  /**
   * The same of one whose loops are as long as those of a network, as C2 compiles for what it saw.
   */
  private static final int[] BLOCK = {64, 256, 16};

  private static final ActivationFunction NO_FUNCTION = ActivationFunction.NONE;

  private final CpuKernels kernels;
  private final int[] product;
  private final Arena arena;

  private CpuWarmUp(CpuKernels kernels, Arena arena) {
    this.kernels = kernels;
    this.product = kernels.vectorBits() > Float.SIZE ? TILE : BLOCK;
    this.arena = arena;
  }

  /** Runs the operators that most networks consist of. */
  public static void run(CpuKernels kernels) {
    try (Arena arena = Arena.ofConfined()) {
      CpuWarmUp warmUp = new CpuWarmUp(kernels, arena);
      warmUp.linear(new Epilogue(false, ActivationFunction.GELU));
      warmUp.linear(new Epilogue(true, NO_FUNCTION));
      warmUp.depthwise(7, 1, 1, NO_FUNCTION);
      warmUp.depthwise(3, 1, 1, NO_FUNCTION);
      warmUp.depthwise(7, 2, 2, ActivationFunction.GELU);
      warmUp.depthwise(3, 2, 1, ActivationFunction.GELU);
      warmUp.depthwise(3, 1, 2, NO_FUNCTION);
    }
  }

  /** Few terms for vector code: long loops would be compiled apart, at the place where they are. */
  private void linear(Epilogue epilogue) {
    int in = product[0];
    int out = product[1];
    run(
        kernels
            .linear(in, out, new float[in * out], new float[out], arena)
            .bind(1, 1, product[2], epilogue));
  }

  private void depthwise(int window, int stride, int multiplier, ActivationFunction activation) {
    int out = CHANNELS * multiplier;
    ConvolutionSpec spec =
        new ConvolutionSpec(CHANNELS, out, window, window, stride, window / 2, CHANNELS);
    float[] weight = new float[out * window * window];
    run(
        kernels
            .convolution(spec, weight, new float[out], arena)
            .bind(1, SIDE, SIDE, new Epilogue(false, activation)));
  }

  private void run(CpuKernel kernel) {
    CpuKernel.Footprint bytes = kernel.footprint();
    Buffers buffers =
        new Buffers(
            memory(bytes.input()),
            memory(bytes.second()),
            memory(bytes.residual()),
            memory(bytes.output()),
            memory(bytes.workspace()));
    MemorySegment scratch = memory(bytes.scratch());
    for (int i = 0; i < RUNS; i++) {
      for (int phase = 0; phase < kernel.phases(); phase++) {
        kernel.run(phase, buffers, scratch, 0, kernel.units(phase));
      }
    }
  }

  private MemorySegment memory(long bytes) {
    return bytes == 0 ? null : arena.allocate(bytes, 128);
  }
}
