package fastvit4j.model.image;

/**
 * The weights of Pillow's antialiased bicubic resampling along one axis, for a range of output
 * positions. Position {@code o} of {@code outSize} is the sum of the input samples at {@code
 * first[o] … first[o] + count[o] − 1}, weighted by
 *
 * <pre>
 * w(i) = bicubic((i − centre + 0.5) / max(scale, 1)),  centre = (o + 0.5) · scale,  scale = inSize / outSize
 *
 * bicubic(x) = 1.5|x|³ − 2.5|x|² + 1              for |x| &lt; 1
 *            = −0.5|x|³ + 2.5|x|² − 4|x| + 2      for |x| &lt; 2, 0 beyond (a = −0.5)
 * </pre>
 *
 * normalised to the sum 1, and rounded to fixed point with {@link #PRECISION_BITS} bits.
 *
 * @param first the first input sample of each output position
 * @param count the number of input samples of each output position
 * @param weights {@code stride} fixed-point weights an output position, 0 past the count
 * @param stride weights reserved for each output position
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record BicubicWeights(int[] first, int[] count, int[] weights, int stride) {
  /** 32 bits less 8 of a sample less 2 for the overshoot of the negative lobes. */
  static final int PRECISION_BITS = 32 - 8 - 2;

  private static final double SUPPORT = 2;
  private static final double A = -0.5;

  /**
   * The weights of output positions {@code from … from + length − 1}.
   *
   * @param outSize the size of the whole output, of which only a part is asked for
   */
  static BicubicWeights of(int inSize, long outSize, long from, int length) {
    double scale = (double) inSize / outSize;
    double filterScale = Math.max(scale, 1);
    double support = SUPPORT * filterScale;
    int stride = Math.min((int) Math.ceil(support) * 2 + 1, inSize);
    int[] first = new int[length];
    int[] count = new int[length];
    int[] weights = new int[Math.multiplyExact(length, stride)];
    double[] exact = new double[stride];
    for (int o = 0; o < length; o++) {
      double center = (from + o + 0.5) * scale;
      int min = Math.max(0, (int) (center - support + 0.5));
      int max = Math.min(inSize, (int) (center + support + 0.5));
      double sum = 0;
      for (int i = min; i < max; i++) {
        // In this order and in float64: the last bit decides some roundings.
        double weight = bicubic((i - center + 0.5) * (1 / filterScale));
        exact[i - min] = weight;
        sum += weight;
      }
      for (int i = 0; i < max - min; i++) {
        double weight = (sum == 0 ? exact[i] : exact[i] / sum) * (1 << PRECISION_BITS);
        weights[o * stride + i] = (int) (weight < 0 ? weight - 0.5 : weight + 0.5);
      }
      first[o] = min;
      count[o] = max - min;
    }
    return new BicubicWeights(first, count, weights, stride);
  }

  private static double bicubic(double at) {
    double x = Math.abs(at);
    if (x < 1) {
      return ((A + 2) * x - (A + 3)) * x * x + 1;
    }
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * A : 0;
  }
}
