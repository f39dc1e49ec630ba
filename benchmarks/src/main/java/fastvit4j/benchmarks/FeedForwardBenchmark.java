package fastvit4j.benchmarks;

import fastvit4j.kernels.cpu.ActivationFunction;
import fastvit4j.kernels.cpu.Buffers;
import fastvit4j.kernels.cpu.ConvolutionSpec;
import fastvit4j.kernels.cpu.CpuKernel;
import fastvit4j.kernels.cpu.CpuKernels;
import fastvit4j.kernels.cpu.CpuKernelsProvider;
import fastvit4j.kernels.cpu.CpuOperator;
import fastvit4j.kernels.cpu.CpuOperator.Follower;
import fastvit4j.kernels.cpu.Epilogue;
import fastvit4j.kernels.cpu.WeightSource;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A feed-forward block on one thread of the processor, {@code x + fc2(gelu(fc1(conv7×7(x))))}: its
 * operators one by one, its two products together, and all three together. What the kernels do not
 * offer together at a size is computed one by one.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 6, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {NetworkState.VECTOR, NetworkState.NATIVE, NetworkState.UNSAFE})
public class FeedForwardBenchmark {
  private static final int KERNEL = 7;

  /** What is computed at a time. */
  public enum Together {
    /** Each operator. */
    NONE,
    /** The convolution, then both products. */
    PRODUCTS,
    /** The block. */
    ALL
  }

  /** What is computed at a time. */
  @Param public Together together;

  /** Height and width of the image. */
  @Param({"64", "128", "256"})
  public int size;

  /** Channels of the image. */
  @Param("48")
  public int channels;

  /** Channels of the hidden layer. */
  @Param("144")
  public int hidden;

  private record Step(CpuKernel kernel, Buffers buffers) {}

  private Arena arena;
  private MemorySegment scratch;
  private final List<Step> steps = new ArrayList<>();

  /** Packs the weights and fills the image. */
  @Setup
  public void open() {
    arena = Arena.ofShared();
    CpuKernels kernels = CpuKernelsProvider.find().kernels();
    ConvolutionSpec spec =
        new ConvolutionSpec(channels, channels, KERNEL, KERNEL, 1, KERNEL / 2, channels);
    CpuOperator conv =
        kernels.convolution(spec, random(channels * KERNEL * KERNEL), new float[channels], arena);
    CpuOperator widening =
        kernels.linear(channels, hidden, random(channels * hidden), new float[hidden], arena);
    CpuOperator narrowing =
        kernels.linear(hidden, channels, random(channels * hidden), new float[channels], arena);
    Epilogue gelu = new Epilogue(false, ActivationFunction.GELU);
    Epilogue sum = new Epilogue(true, ActivationFunction.NONE);
    MemorySegment x = filled(channels);
    MemorySegment convolved = filled(channels);
    MemorySegment middle = filled(hidden);
    MemorySegment y = filled(channels);

    Follower first = new Follower(widening, gelu);
    Follower second = new Follower(narrowing, sum);
    Optional<CpuKernel> all =
        conv.bindWith(1, size, size, Epilogue.NONE, List.of(first, second))
            .filter(_ -> together == Together.ALL);
    Optional<CpuKernel> products =
        widening
            .bindWith(1, size, size, gelu, List.of(second))
            .filter(_ -> together != Together.NONE);
    if (all.isPresent()) {
      steps.add(new Step(all.get(), new Buffers(x, null, x, y, null)));
    } else {
      steps.add(
          new Step(
              conv.bind(1, size, size, Epilogue.NONE),
              new Buffers(x, null, null, convolved, null)));
      if (products.isPresent()) {
        steps.add(new Step(products.get(), new Buffers(convolved, null, x, y, null)));
      } else {
        steps.add(
            new Step(
                widening.bind(1, size, size, gelu),
                new Buffers(convolved, null, null, middle, null)));
        steps.add(
            new Step(narrowing.bind(1, size, size, sum), new Buffers(middle, null, x, y, null)));
      }
    }
    long bytes = steps.stream().mapToLong(step -> step.kernel.scratchBytes()).max().orElseThrow();
    scratch = arena.allocate(bytes, 64);
  }

  private static WeightSource random(int count) {
    SplittableRandom random = new SplittableRandom(1);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble(-0.1, 0.1);
    }
    return WeightSource.of(values);
  }

  private MemorySegment filled(int floatsOfAPixel) {
    SplittableRandom random = new SplittableRandom(2);
    long floats = (long) size * size * floatsOfAPixel;
    MemorySegment memory = arena.allocate(4 * floats, 64);
    for (long i = 0; i < floats; i++) {
      memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextDouble(-1, 1));
    }
    return memory;
  }

  /** Frees it. */
  @TearDown
  public void close() {
    arena.close();
  }

  /** The block, once. */
  @Benchmark
  public void once() {
    for (Step step : steps) {
      for (int phase = 0; phase < step.kernel.phases(); phase++) {
        step.kernel.run(phase, step.buffers, scratch, 0, step.kernel.units(phase));
      }
    }
  }
}
