package fastvit4j.kernels.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Multi-head self-attention without its projections, in one kernel for GPUs: {@code y = softmax(q ·
 * kᵀ / √headDim) · v} for each image and head, of up to 64 channels a head. No score is written to
 * global memory: the softmax is kept up to date while the keys pass by. Source: the last stage of
 * the SA and MA variants (section 3.3 of the paper); Milakov and Gimelshein, Online normalizer
 * calculation for softmax (2018); Dao et al., FlashAttention (2022).
 *
 * <p>Layouts: {@code qkv} [n, tokens, 3, heads, headDim], {@code y} [n, tokens, heads, headDim].
 *
 * <p>With the keys in blocks of 32, and for each query the largest score m so far, the sum l of all
 * e^(s − m) and the sum o of all e^(s − m) · v: a block whose largest score raises m to m' first
 * multiplies l and o by e^(m − m'). After the last block y = o / l.
 *
 * <pre>
 *              32 keys                      headDim
 *            +---------+                  +---------+
 *   32       | scores  |  e^(s − m')   32 |    v    |
 *   queries  |         |  ----------→     +---------+     work-item (lane, item) of a group of
 *            +---------+                  +---------+     32 × 8 computes scores of key lane and
 *                                      32 |    o    |     channels lane and lane + 32 of o, of
 *                                         +---------+     queries item, item + 8, + 16, + 24
 * </pre>
 */
public final class AttentionHead {
  /** Queries of a group, and keys of a block. */
  public static final int BLOCK = 32;

  /** Work-items of a group in the second direction. */
  public static final int ITEMS = 8;

  /** The most channels of a head. */
  public static final int CHANNELS = 64;

  private static final int STRIDE = CHANNELS + 1;
  private static final int SCORES = BLOCK + 1;

  /** Bytes of local memory of a group. */
  public static final int BYTES = 4 * BLOCK * (3 * STRIDE + SCORES + 3);

  private AttentionHead() {}

  /**
   * Attention of each head.
   *
   * <p>Grid: ceil(tokens / 32) · 32 × heads · 8 × n work-items in groups of 32 × 8 × 1. Local
   * memory: {@link #BYTES} bytes.
   *
   * @param scale 1 / √headDim
   */
  public static void online(
      KernelContext context,
      FloatArray qkv,
      FloatArray y,
      int tokens,
      int heads,
      int headDim,
      float scale) {
    float[] queries = context.allocateFloatLocalArray(BLOCK * STRIDE);
    float[] keys = context.allocateFloatLocalArray(BLOCK * STRIDE);
    float[] values = context.allocateFloatLocalArray(BLOCK * STRIDE);
    float[] scores = context.allocateFloatLocalArray(BLOCK * SCORES);
    float[] largest = context.allocateFloatLocalArray(BLOCK);
    float[] sums = context.allocateFloatLocalArray(BLOCK);
    float[] factors = context.allocateFloatLocalArray(BLOCK);
    int lane = context.localIdx;
    int item = context.localIdy;
    int query0 = context.groupIdx * BLOCK;
    int head = context.groupIdy;
    int first = context.groupIdz * tokens;
    int channels = heads * headDim;
    int column = head * headDim;
    for (int r = item; r < BLOCK; r += ITEMS) {
      int at = (first + TornadoMath.min(query0 + r, tokens - 1)) * 3 * channels + column;
      for (int d = lane; d < headDim; d += BLOCK) {
        queries[r * STRIDE + d] = qkv.get(at + d) * scale;
      }
    }
    if (item == 0) {
      largest[lane] = -3.0e38f;
      sums[lane] = 0.0f;
    }
    int d0 = TornadoMath.min(lane, headDim - 1);
    int d1 = TornadoMath.min(lane + BLOCK, headDim - 1);
    float o00 = 0.0f;
    float o01 = 0.0f;
    float o10 = 0.0f;
    float o11 = 0.0f;
    float o20 = 0.0f;
    float o21 = 0.0f;
    float o30 = 0.0f;
    float o31 = 0.0f;
    for (int key0 = 0; key0 < tokens; key0 += BLOCK) {
      int count = TornadoMath.min(BLOCK, tokens - key0);
      for (int r = item; r < BLOCK; r += ITEMS) {
        int at = (first + TornadoMath.min(key0 + r, tokens - 1)) * 3 * channels + column;
        for (int d = lane; d < headDim; d += BLOCK) {
          keys[r * STRIDE + d] = qkv.get(at + channels + d);
          values[r * STRIDE + d] = qkv.get(at + 2 * channels + d);
        }
      }
      context.localBarrier();
      float s0 = 0.0f;
      float s1 = 0.0f;
      float s2 = 0.0f;
      float s3 = 0.0f;
      for (int d = 0; d < headDim; d++) {
        float k = keys[lane * STRIDE + d];
        s0 += queries[item * STRIDE + d] * k;
        s1 += queries[(item + ITEMS) * STRIDE + d] * k;
        s2 += queries[(item + 2 * ITEMS) * STRIDE + d] * k;
        s3 += queries[(item + 3 * ITEMS) * STRIDE + d] * k;
      }
      scores[item * SCORES + lane] = s0;
      scores[(item + ITEMS) * SCORES + lane] = s1;
      scores[(item + 2 * ITEMS) * SCORES + lane] = s2;
      scores[(item + 3 * ITEMS) * SCORES + lane] = s3;
      context.localBarrier();
      if (item == 0) {
        float before = largest[lane];
        float most = before;
        for (int k = 0; k < count; k++) {
          most = TornadoMath.max(most, scores[lane * SCORES + k]);
        }
        float factor = TornadoMath.exp(before - most);
        float sum = 0.0f;
        for (int k = 0; k < count; k++) {
          float e = TornadoMath.exp(scores[lane * SCORES + k] - most);
          scores[lane * SCORES + k] = e;
          sum += e;
        }
        largest[lane] = most;
        sums[lane] = sums[lane] * factor + sum;
        factors[lane] = factor;
      }
      context.localBarrier();
      float p00 = 0.0f;
      float p01 = 0.0f;
      float p10 = 0.0f;
      float p11 = 0.0f;
      float p20 = 0.0f;
      float p21 = 0.0f;
      float p30 = 0.0f;
      float p31 = 0.0f;
      for (int k = 0; k < count; k++) {
        float v0 = values[k * STRIDE + d0];
        float v1 = values[k * STRIDE + d1];
        float e0 = scores[item * SCORES + k];
        float e1 = scores[(item + ITEMS) * SCORES + k];
        float e2 = scores[(item + 2 * ITEMS) * SCORES + k];
        float e3 = scores[(item + 3 * ITEMS) * SCORES + k];
        p00 += e0 * v0;
        p01 += e0 * v1;
        p10 += e1 * v0;
        p11 += e1 * v1;
        p20 += e2 * v0;
        p21 += e2 * v1;
        p30 += e3 * v0;
        p31 += e3 * v1;
      }
      float f0 = factors[item];
      float f1 = factors[item + ITEMS];
      float f2 = factors[item + 2 * ITEMS];
      float f3 = factors[item + 3 * ITEMS];
      o00 = o00 * f0 + p00;
      o01 = o01 * f0 + p01;
      o10 = o10 * f1 + p10;
      o11 = o11 * f1 + p11;
      o20 = o20 * f2 + p20;
      o21 = o21 * f2 + p21;
      o30 = o30 * f3 + p30;
      o31 = o31 * f3 + p31;
      context.localBarrier();
    }
    int query = query0 + item;
    int end = first + tokens;
    int at = first + query;
    float i0 = 1.0f / sums[item];
    float i1 = 1.0f / sums[item + ITEMS];
    float i2 = 1.0f / sums[item + 2 * ITEMS];
    float i3 = 1.0f / sums[item + 3 * ITEMS];
    put(y, at, end, lane, column, headDim, channels, o00 * i0);
    put(y, at, end, lane + BLOCK, column, headDim, channels, o01 * i0);
    put(y, at + ITEMS, end, lane, column, headDim, channels, o10 * i1);
    put(y, at + ITEMS, end, lane + BLOCK, column, headDim, channels, o11 * i1);
    put(y, at + 2 * ITEMS, end, lane, column, headDim, channels, o20 * i2);
    put(y, at + 2 * ITEMS, end, lane + BLOCK, column, headDim, channels, o21 * i2);
    put(y, at + 3 * ITEMS, end, lane, column, headDim, channels, o30 * i3);
    put(y, at + 3 * ITEMS, end, lane + BLOCK, column, headDim, channels, o31 * i3);
  }

  private static void put(
      FloatArray y, int row, int end, int d, int column, int headDim, int channels, float value) {
    if (row < end && d < headDim) {
      y.set(row * channels + column + d, value);
    }
  }
}
