package fastvit4j.model.operator;

import java.util.List;

/**
 * Multi-head self-attention over the tokens of an image, without its projections: the input holds,
 * for each of the H·W tokens, queries, keys and values, [3, heads, headDim] channels; the output
 * holds {@code softmax(q · kᵀ / √headDim) · v}, [heads, headDim] channels.
 *
 * @param heads independent heads
 * @param headDim channels of a head
 */
public record SelfAttention(int heads, int headDim) implements Operator {
  /** Channels of the output. */
  public int channels() {
    return heads * headDim;
  }

  @Override
  public Shape infer(List<Shape> inputs) {
    Shape in = inputs.getFirst();
    if (in.c() != 3 * channels()) {
      throw new ShapeException(
          "attention of "
              + heads
              + " heads of "
              + headDim
              + " expects "
              + 3 * channels()
              + " channels of queries, keys and values, but its input is "
              + in);
    }
    return in.withChannels(channels());
  }

  @Override
  public long macs(List<Shape> inputs) {
    Shape in = inputs.getFirst();
    long tokens = (long) in.h() * in.w();
    return 2L * in.n() * tokens * tokens * channels();
  }
}
