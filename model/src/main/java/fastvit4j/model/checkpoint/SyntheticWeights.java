package fastvit4j.model.checkpoint;

import fastvit4j.model.tensor.DType;
import fastvit4j.model.tensor.Tensor;
import fastvit4j.model.tensor.Weights;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.stream.LongStream;

/**
 * Weights and inputs that any program can reproduce bit for bit, for tests and for timing without a
 * checkpoint. Element {@code i} of a tensor, in row-major order of PyTorch's shape, is
 *
 * <pre>
 *   h = FNV-1a, 64 bits, of the name's UTF-8 bytes
 *   s = mix(h XOR mix(seed))
 *   u = (mix(s + (i + 1) · 0x9E3779B97F4A7C15) >>> 40) · 2⁻²⁴
 *   value = float32(lo + (hi − lo) · u)     in float64, then rounded once
 * </pre>
 *
 * <p>where mix is SplitMix64's finalizer, all modulo 2⁶⁴, and [lo, hi) depends on the tensor's
 * role:
 *
 * <pre>
 *   running_mean ±0.1    running_var 0.8 to 1.2     LayerScale 0.05 to 0.15    bias ±0.05
 *   a normalisation's weight 0.9 to 1.1             another weight ±√(3 / fan-in), of variance 1 / fan-in
 * </pre>
 *
 * @param seed chooses one of 2⁶⁴ networks
 */
public record SyntheticWeights(long seed) implements Weights {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
  private static final String INPUT = "input";
  private static final int PARALLEL_FROM = 1 << 16;
  private static final ValueLayout.OfFloat F32 =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private record Range(double lo, double hi) {}

  /**
   * The tensor of that name and shape; its values are computed when they are first asked for.
   *
   * @throws IllegalArgumentException if no role follows from the name
   */
  @Override
  public Tensor tensor(String name, int... shape) {
    return lazy(name, range(name, shape), shape);
  }

  /** A network's input, uniform in [−2, 2), named {@code input}. */
  public Tensor image(int n, int c, int h, int w) {
    return lazy(INPUT, new Range(-2, 2), n, c, h, w);
  }

  private Tensor lazy(String name, Range range, int... shape) {
    return Tensor.lazy(name, DType.F32, shape, () -> generate(name, range, shape));
  }

  private MemorySegment generate(String name, Range range, int... shape) {
    long elements = Tensor.shapeOnly(name, shape).elements();
    MemorySegment data = Arena.ofAuto().allocate(Math.multiplyExact(elements, 4L), 64);
    long start = mix(fnv1a(name) ^ mix(seed));
    double width = range.hi - range.lo;
    LongStream indices = LongStream.range(0, elements);
    (elements < PARALLEL_FROM ? indices : indices.parallel())
        .forEach(
            i -> {
              double u = (mix(start + (i + 1) * GOLDEN_GAMMA) >>> 40) * 0x1p-24;
              data.setAtIndex(F32, i, (float) (range.lo + width * u));
            });
    return data;
  }

  private static Range range(String name, int... shape) {
    String leaf = name.substring(name.lastIndexOf('.') + 1);
    return switch (leaf) {
      case "running_mean", "cls_token", "pos_embed" -> new Range(-0.1, 0.1);
      case "running_var" -> new Range(0.8, 1.2);
      case "gamma", "scale", "layer_scale", "layer_scale_1", "layer_scale_2" ->
          new Range(0.05, 0.15);
      case "bias" -> new Range(-0.05, 0.05);
      case "weight" -> shape.length == 1 ? new Range(0.9, 1.1) : fanIn(shape);
      default -> throw new IllegalArgumentException("no synthetic values for " + name);
    };
  }

  private static Range fanIn(int... shape) {
    long fanIn = 1;
    for (int i = 1; i < shape.length; i++) {
      fanIn *= shape[i];
    }
    double bound = Math.sqrt(3.0 / fanIn);
    return new Range(-bound, bound);
  }

  private static long fnv1a(String name) {
    long hash = 0xCBF29CE484222325L;
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ Byte.toUnsignedLong(b)) * 0x100000001B3L;
    }
    return hash;
  }

  private static long mix(long seeded) {
    long z = (seeded ^ (seeded >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
