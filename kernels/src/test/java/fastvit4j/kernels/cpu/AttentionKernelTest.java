package fastvit4j.kernels.cpu;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Self-attention against the definition in float64. */
class AttentionKernelTest {
  static Stream<Arguments> cases() {
    List<int[]> cases = new ArrayList<>();
    for (int dim : new int[] {1, 8, 19, 32, 64}) {
      for (int[] nhw : new int[][] {{1, 1, 1}, {2, 3, 5}, {1, 8, 8}, {1, 12, 13}}) {
        cases.add(new int[] {nhw[0], nhw[1], nhw[2], 3, dim});
      }
    }
    cases.add(new int[] {1, 32, 32, 1, 32});
    return Harness.kernels().flatMap(k -> cases.stream().map(c -> Arguments.of(k, c)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isTheDefinition(CpuKernels kernels, int[] c) {
    int tokens = c[1] * c[2];
    int channels = c[3] * c[4];
    float[] input = Harness.random(5, c[0] * tokens * 3 * channels);
    int outputs = c[0] * tokens * channels;
    Epilogue epilogue = new Epilogue(tokens > 1, ActivationFunction.NONE);
    float[] residual = epilogue.residual() ? Harness.random(6, outputs) : null;
    try (Arena arena = Arena.ofShared()) {
      CpuKernel kernel = kernels.attention(c[3], c[4], arena).bind(c[0], c[1], c[2], epilogue);
      float[] actual = Harness.run(kernel, input, null, residual, outputs);
      Harness.assertClose(
          reference(c[0], tokens, c[3], c[4], input).then(epilogue, residual), actual);
    }
  }

  /**
   * The definition. A score is off by at most (headDim + 3) ε Σ|q k| / √headDim; that is the
   * relative error of its exponential, to which the exponential's own (4 ε) and the rounding of its
   * argument (2 ε |argument|) are added. The sum of weights and the mean of values add (tokens + 4)
   * ε each, relative to Σ weight |v|.
   */
  private static Harness.Expected reference(int n, int tokens, int heads, int dim, float[] x) {
    int channels = heads * dim;
    double[] value = new double[n * tokens * channels];
    double[] bound = new double[value.length];
    for (int unit = 0; unit < n * heads * tokens; unit++) {
      int query = unit % tokens;
      int head = unit / tokens % heads;
      int image = unit / tokens / heads;
      int first = image * tokens * 3 * channels + head * dim;
      double[] scores = new double[tokens];
      double max = Double.NEGATIVE_INFINITY;
      double relative = 0;
      for (int t = 0; t < tokens; t++) {
        double magnitude = 0;
        for (int d = 0; d < dim; d++) {
          double term =
              (double) x[first + query * 3 * channels + d]
                  * x[first + (t * 3 + 1) * channels + d]
                  / Math.sqrt(dim);
          scores[t] += term;
          magnitude += Math.abs(term);
        }
        max = Math.max(max, scores[t]);
        relative = Math.max(relative, (dim + 3) * Harness.EPS * magnitude);
      }
      double sum = 0;
      double widest = 0;
      for (int t = 0; t < tokens; t++) {
        widest = Math.max(widest, max - scores[t]);
        scores[t] = Math.exp(scores[t] - max);
        sum += scores[t];
      }
      relative = 2 * relative + (2 * widest + 8 + 2 * tokens) * Harness.EPS;
      for (int d = 0; d < dim; d++) {
        int i = (image * tokens + query) * channels + head * dim + d;
        double magnitude = 0;
        for (int t = 0; t < tokens; t++) {
          double term = scores[t] / sum * x[first + (t * 3 + 2) * channels + d];
          value[i] += term;
          magnitude += Math.abs(term);
        }
        bound[i] = 2 * relative * magnitude;
      }
    }
    return new Harness.Expected(value, bound);
  }
}
