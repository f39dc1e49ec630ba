package fastvit4j.tests.golden;

import fastvit4j.model.tensor.DType;
import fastvit4j.model.tensor.Tensor;
import fastvit4j.model.tensor.Weights;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;

/**
 * The synthetic weights and inputs of the golden files, written down a second time from their
 * definition, so that a slip in either place shows:
 *
 * <pre>
 *   h = FNV-1a 64 of the UTF-8 bytes of the tensor's name
 *   s = mix(h ^ mix(seed))
 *   u(i) = (mix(s + (i + 1) · 0x9E3779B97F4A7C15) >>> 40) · 2⁻²⁴
 *   value(i) = float32(lo + (hi − lo) · u(i))
 * </pre>
 */
public final class Synthetic implements Weights {
  private static final Set<String> LAYER_SCALES =
      Set.of("gamma", "scale", "layer_scale", "layer_scale_1", "layer_scale_2");
  private static final ValueLayout.OfFloat F32 =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final long seed;

  /** The network of a seed. */
  public Synthetic(long seed) {
    this.seed = seed;
  }

  @Override
  public Tensor tensor(String name, int... shape) {
    return Tensor.lazy(
        name,
        DType.F32,
        shape,
        () -> {
          double[] bounds = bounds(name, shape);
          return draw(name, count(shape), bounds[0], bounds[1]);
        });
  }

  /** A network's input, NCHW, uniform in [−2, 2). */
  public Tensor image(int... nchw) {
    return Tensor.of("input", DType.F32, nchw, draw("input", count(nchw), -2, 2));
  }

  private MemorySegment draw(String name, long count, double lo, double hi) {
    MemorySegment values = Arena.ofAuto().allocate(4 * count, 64);
    long start = mix(hash(name) ^ mix(seed));
    for (long i = 0; i < count; i++) {
      double u = (mix(start + (i + 1) * 0x9E3779B97F4A7C15L) >>> 40) * 0x1p-24;
      values.setAtIndex(F32, i, (float) (lo + (hi - lo) * u));
    }
    return values;
  }

  private static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  private static long hash(String name) {
    long hash = 0xCBF29CE484222325L;
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xFF)) * 0x100000001B3L;
    }
    return hash;
  }

  private static double[] bounds(String name, int[] shape) {
    String leaf = name.substring(name.lastIndexOf('.') + 1);
    if (LAYER_SCALES.contains(leaf)) {
      return new double[] {0.05, 0.15};
    }
    return switch (leaf) {
      case "running_mean", "cls_token", "pos_embed" -> new double[] {-0.1, 0.1};
      case "running_var" -> new double[] {0.8, 1.2};
      case "bias" -> new double[] {-0.05, 0.05};
      case "weight" -> {
        if (shape.length == 1) {
          yield new double[] {0.9, 1.1};
        }
        double fanIn = count(shape) / (double) shape[0];
        double bound = Math.sqrt(3 / fanIn);
        yield new double[] {-bound, bound};
      }
      default -> throw new IllegalArgumentException("no rule for " + name);
    };
  }

  private static long count(int[] shape) {
    return Arrays.stream(shape).asLongStream().reduce(1, (a, b) -> a * b);
  }
}
