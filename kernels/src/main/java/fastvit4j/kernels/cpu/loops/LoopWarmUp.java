package fastvit4j.kernels.cpu.loops;

import fastvit4j.kernels.cpu.ActivationFunction;
import fastvit4j.kernels.cpu.Buffers;
import fastvit4j.kernels.cpu.ConvolutionSpec;
import fastvit4j.kernels.cpu.CpuKernel;
import fastvit4j.kernels.cpu.Epilogue;
import fastvit4j.kernels.cpu.WeightSource;
import java.lang.foreign.Arena;
import java.util.List;

/**
 * Runs the loops that FastViT consists of on small images of zeros, so that the JVM compiles them
 * while something else, such as reading a model, keeps only one core busy. When the network runs,
 * the code is there.
 */
public final class LoopWarmUp implements Runnable {
  private static final int CHANNELS = 32;
  private static final int SIDE = 8;

  /** Enough for the JVM to want its best code, with the thresholds that the launcher sets. */
  private static final int ROUNDS = 150;

  /** A warm-up. */
  public LoopWarmUp() {}

  private record Job(CpuKernel kernel, Buffers buffers) {
    void run() {
      kernel.run(0, buffers, null, 0, kernel.units(0));
    }
  }

  @Override
  public void run() {
    try (Arena arena = Arena.ofConfined()) {
      List<Job> jobs =
          List.of(
              job(arena, 1, 1, 1),
              job(arena, 3, 1, CHANNELS),
              job(arena, 7, 1, CHANNELS),
              job(arena, 3, 2, CHANNELS));
      for (int round = 0; round < ROUNDS; round++) {
        jobs.forEach(Job::run);
      }
    }
  }

  private static Job job(Arena arena, int kernel, int stride, int groups) {
    ConvolutionSpec spec =
        new ConvolutionSpec(CHANNELS, CHANNELS, kernel, kernel, stride, kernel / 2, groups);
    float[] weight = new float[CHANNELS * (CHANNELS / groups) * kernel * kernel];
    int out = spec.outHeight(SIDE) * spec.outWidth(SIDE) * CHANNELS;
    CpuKernel bound =
        new LoopKernels()
            .convolution(spec, WeightSource.of(weight), new float[CHANNELS], arena)
            .bind(1, SIDE, SIDE, new Epilogue(true, ActivationFunction.GELU));
    return new Job(
        bound,
        new Buffers(
            arena.allocate(4L * SIDE * SIDE * CHANNELS, 64),
            null,
            arena.allocate(4L * out, 64),
            arena.allocate(4L * out, 64),
            null));
  }
}
