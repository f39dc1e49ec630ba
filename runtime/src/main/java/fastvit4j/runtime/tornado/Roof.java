package fastvit4j.runtime.tornado;

import fastvit4j.kernels.tornado.Lanes;
import fastvit4j.kernels.tornado.Roofline;
import fastvit4j.runtime.Ceiling;
import fastvit4j.runtime.Device;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * What a device can do at most, measured with kernels of our own and the device's timers: the best
 * of some runs, as whatever disturbs a limit only lowers it.
 */
public final class Roof implements Limits, Ceiling {
  private static final int RUNS = 7;
  private static final int GROUP = 128;
  private static final long SMALLEST = 64L << 10;
  private static final long LARGEST = 256L << 20;

  private static final Kernel MULTIPLY_ADDS =
      new Kernel(
          "multiplyAdds",
          Roofline.class,
          "multiplyAdds",
          "crw#",
          (g, t, a) ->
              g.task(
                  t, Roofline::multiplyAdds, a.context(0), a.array(1), a.array(2), a.integer(3)));

  private static final Kernel MULTIPLY_ADDS_ALONE =
      new Kernel(
          "multiplyAddsAlone",
          Roofline.class,
          "multiplyAddsAlone",
          "crw#",
          (g, t, a) ->
              g.task(
                  t,
                  Roofline::multiplyAddsAlone,
                  a.context(0),
                  a.array(1),
                  a.array(2),
                  a.integer(3)));

  private static final Kernel COPY =
      new Kernel(
          "copy",
          Roofline.class,
          "copy",
          "crw",
          (g, t, a) -> g.task(t, Roofline::copy, a.context(0), a.array(1), a.array(2)));

  private static final Kernel COPY_VECTORS =
      new Kernel(
          "copyVectors",
          Roofline.class,
          "copyVectors",
          "crw#",
          (g, t, a) ->
              g.task(t, Roofline::copyVectors, a.context(0), a.array(1), a.array(2), a.integer(3)));

  private static final Kernel MATRICES =
      new Kernel(
          "matrixMultiplyAdds",
          Roofline.class,
          "matrixMultiplyAdds",
          "crw#",
          (g, t, a) ->
              g.task(
                  t,
                  Roofline::matrixMultiplyAdds,
                  a.context(0),
                  a.array(1),
                  a.array(2),
                  a.integer(3)));

  private final TornadoDevice device;
  private final double peak;
  private final double matrixPeak;
  private final long launch;
  private final Map<Long, Double> bandwidths = new TreeMap<>();

  private Roof(TornadoDevice device) {
    this.device = device;
    launch = launch();
    peak = peak();
    matrixPeak = device.traits().tensorCores() ? matrixPeak() : peak;
  }

  /** A device's limits; empty where it has no timers: the emulator, {@code cpu}. */
  public static Optional<Roof> of(Device device) {
    return device instanceof TornadoDevice tornado && TornadoRuntimes.isReal()
        ? Optional.of(new Roof(tornado))
        : Optional.empty();
  }

  @Override
  public double operationsPerSecond() {
    return peak;
  }

  @Override
  public double matrixOperationsPerSecond() {
    return matrixPeak;
  }

  @Override
  public long launchNanos() {
    return launch;
  }

  /** More than most caches hold. */
  @Override
  public long largestBytes() {
    return Math.min(LARGEST, Long.highestOneBit(device.traits().bufferBytes()));
  }

  @Override
  public String source() {
    return "measured";
  }

  /** Where as many bytes as given are touched again and again. */
  @Override
  public synchronized double bytesPerSecond(long bytes) {
    long up = Long.highestOneBit(Math.max(1, bytes - 1)) << 1;
    return bandwidths.computeIfAbsent(Math.clamp(up, SMALLEST, largestBytes()), this::bandwidth);
  }

  /** What is kept of it: each fourth size. */
  KeptLimits kept() {
    NavigableMap<Long, Double> sizes = new TreeMap<>();
    for (long bytes = SMALLEST; bytes < largestBytes(); bytes *= 4) {
      sizes.put(bytes, bytesPerSecond(bytes));
    }
    sizes.put(largestBytes(), bytesPerSecond(largestBytes()));
    return new KeptLimits(peak, matrixPeak, launch, sizes);
  }

  private boolean gpu() {
    return device.traits().gpu();
  }

  private long launch() {
    return copy(GROUP * Lanes.COUNT);
  }

  private double bandwidth(long bytes) {
    long nanos = copy(Math.toIntExact(bytes / (2 * Float.BYTES)));
    return bytes * 1e9 / Math.max(1, nanos - launch);
  }

  /** Nanoseconds of a copy of so many elements, a multiple of 2048. */
  private long copy(int elements) {
    try (Arena arena = Arena.ofShared()) {
      FloatArray x = HostArrays.zeros(arena, elements);
      if (gpu()) {
        int group = (int) Math.min(GROUP, device.traits().maxGroup());
        LaunchGrid grid = LaunchGrid.groups(List.of(elements), group);
        return best(arena, COPY, grid, elements, x, TaskList.value("y"));
      }
      int vectors = elements / Lanes.COUNT;
      int items = Math.min(vectors, 16 * Integer.highestOneBit(device.traits().computeUnits()));
      LaunchGrid grid = LaunchGrid.groups(List.of(items), 1);
      return best(arena, COPY_VECTORS, grid, elements, x, TaskList.value("y"), vectors / items);
    }
  }

  private double peak() {
    int group = gpu() ? (int) Math.min(GROUP, device.traits().maxGroup()) : 1;
    int items = 16 * device.traits().computeUnits() * group;
    double best = 0;
    try (Arena arena = Arena.ofShared()) {
      FloatArray x = HostArrays.of(arena, new float[] {0.999f, 0.001f});
      // Long enough that neither the launch nor the last group counts.
      int rounds = gpu() ? 1 << 15 : 1 << 16;
      long nanos =
          best(
              arena,
              gpu() ? MULTIPLY_ADDS_ALONE : MULTIPLY_ADDS,
              LaunchGrid.groups(List.of(items), group),
              gpu() ? items : items * Lanes.COUNT,
              x,
              TaskList.value("y"),
              rounds);
      int each = gpu() ? Roofline.EACH_ROUND_ALONE : Roofline.EACH_ROUND;
      double operations = 2.0 * each * rounds * items;
      best = Math.max(best, operations * 1e9 / nanos);
    }
    return best;
  }

  private double matrixPeak() {
    int groups = 16 * device.traits().computeUnits();
    int rounds = 1 << 12;
    try (Arena arena = Arena.ofShared()) {
      long nanos =
          best(
              arena,
              MATRICES,
              LaunchGrid.groups(List.of(groups * Roofline.MATRIX_GROUP), Roofline.MATRIX_GROUP),
              groups * Roofline.MATRIX_SUMS,
              HostArrays.of(arena, new float[] {0x1p-4f}),
              TaskList.value("y"),
              rounds);
      return 2.0 * Roofline.EACH_MATRIX_ROUND * rounds * groups * 1e9 / nanos;
    }
  }

  private long best(
      Arena arena, Kernel kernel, LaunchGrid grid, int elements, Object... arguments) {
    LoweredTask task =
        new LoweredTask("probe", 0, kernel, List.of(arguments), elements, grid, false);
    FloatArray y = HostArrays.zeros(arena, elements);
    return RuntimeThread.COMMON.alone(
        () -> {
          GraphChain chain = GraphChain.of(List.of(task), Set.of(), _ -> y, Set.of(), Map.of());
          GraphRunner runner = new GraphRunner(device, chain, 1);
          try {
            List<Long> nanos = new ArrayList<>();
            for (int i = 0; i < RUNS; i++) {
              long one = runner.profile().kernels().getFirst();
              if (one > 0) {
                nanos.add(one);
              }
            }
            return nanos.stream().mapToLong(n -> n).min().orElse(1);
          } finally {
            runner.release();
          }
        });
  }
}
