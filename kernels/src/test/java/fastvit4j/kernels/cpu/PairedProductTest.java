package fastvit4j.kernels.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Products computed in pairs of terms: their errors, on factors that are hard on them. */
class PairedProductTest {
  private static final int ROWS = 25;
  private static final int COLUMNS = 112;

  /** Which rows and columns are how large, and how their elements are distributed. */
  enum Data {
    NORMAL,
    /** As after a GELU: the products of neighbours do not cancel. */
    POSITIVE,
    /** Rows and columns of sizes from 2⁻²⁰ to 2²⁰. */
    SIZES,
    /** A few elements are a thousand times the others. */
    OUTLIERS,
    /** Most elements are zero, and some rows and columns altogether. */
    SPARSE
  }

  static Stream<Arguments> cases() {
    return CpuKernelsProvider.widths().stream()
        .flatMap(
            bits ->
                Stream.of(Data.values())
                    .flatMap(
                        data ->
                            Stream.of(64, 152, 576).map(terms -> Arguments.of(bits, data, terms))));
  }

  /**
   * The errors are within the bound of the analysis, and their root mean square, each as a part of
   * the norms of its row and column, is not much larger than that of products term by term.
   *
   * <p>With the factors scaled to norms whose ratio is between 0.47 and 2, no sum of a chunk of n
   * pairs exceeds the sum A + B of the factors' squares: each pair's product is at most half the
   * sum of two squares of sums. Each of n + 1 additions, and the two additions of each pair, are
   * off by ε of that at most, and the products that are subtracted, n over the lanes of a vector in
   * each of them, by ε (n / 4 + 8) of its half. A + B is at most 2.6 times the product of the
   * norms. Sums of chunks, of which there are m, add ε (m + 1) times it.
   */
  @ParameterizedTest
  @MethodSource("cases")
  void areAsExactAsTermByTerm(int bits, Data data, int terms) {
    float[] a = rows(data, ROWS, terms, 1);
    float[] b = rows(data, COLUMNS, terms, 2);
    float[] bias = new float[COLUMNS];
    float[] paired = product(CpuKernelsProvider.ofWidth(bits, 32, true), a, b, bias, terms);
    float[] single = product(CpuKernelsProvider.ofWidth(bits, 32, false), a, b, bias, terms);
    int pairs = Math.min(terms / 2, 64);
    int chunks = Math.ceilDiv(terms, 2 * pairs) + 1;
    double bound = Harness.EPS * (2.6 * (pairs + 3 + pairs / 8.0 + 4) + chunks + 1);
    double pairedSquares = 0;
    double singleSquares = 0;
    for (int i = 0; i < ROWS * COLUMNS; i++) {
      int row = i / COLUMNS * terms;
      int column = i % COLUMNS * terms;
      double exact = 0;
      double rowNorm = 0;
      double columnNorm = 0;
      for (int k = 0; k < terms; k++) {
        exact += (double) a[row + k] * b[column + k];
        rowNorm += (double) a[row + k] * a[row + k];
        columnNorm += (double) b[column + k] * b[column + k];
      }
      double norms = Math.sqrt(rowNorm * columnNorm);
      double error = Math.abs(paired[i] - exact);
      assertTrue(
          error <= bound * norms + 1e-22,
          data + " " + i + " is off by " + error / norms + " norms");
      if (norms > 0) {
        pairedSquares += error / norms * error / norms;
        singleSquares += (single[i] - exact) / norms * (single[i] - exact) / norms;
      }
    }
    double ratio = Math.sqrt(pairedSquares / singleSquares);
    // Products of zeros round nothing term by term, but their sums of pairs do.
    assertTrue(ratio <= 2, data + ": errors are " + ratio + " times those of term by term");
  }

  /** A row's results do not depend on the rows beside it, nor on how many there are. */
  @ParameterizedTest
  @MethodSource("fastvit4j.kernels.cpu.CpuKernelsProvider#widths")
  void aRowIsComputedAlone(int bits) {
    CpuKernels kernels = CpuKernelsProvider.ofWidth(bits, 32, true);
    int terms = 128;
    float[] b = rows(Data.NORMAL, COLUMNS, terms, 2);
    float[] bias = Harness.random(3, COLUMNS);
    float[] a = rows(Data.SIZES, 101, terms, 1);
    float[] all = product(kernels, a, b, bias, terms);
    for (int row : new int[] {0, 57, 100}) {
      float[] one = Arrays.copyOfRange(a, row * terms, (row + 1) * terms);
      assertArrayEquals(
          Arrays.copyOfRange(all, row * COLUMNS, (row + 1) * COLUMNS),
          product(kernels, one, b, bias, terms));
    }
  }

  /** A row of zeros yields the bias, and one with a NaN or an infinity no numbers. */
  @ParameterizedTest
  @MethodSource("fastvit4j.kernels.cpu.CpuKernelsProvider#widths")
  void rowsThatAreNoNumbersAreKnown(int bits) {
    CpuKernels kernels = CpuKernelsProvider.ofWidth(bits, 32, true);
    int terms = 96;
    float[] b = rows(Data.NORMAL, COLUMNS, terms, 2);
    float[] bias = Harness.random(3, COLUMNS);
    float[] a = rows(Data.NORMAL, 4, terms, 1);
    Arrays.fill(a, 0, terms, 0);
    a[terms + 50] = Float.NaN;
    a[2 * terms + 7] = Float.POSITIVE_INFINITY;
    float[] y = product(kernels, a, b, bias, terms);
    assertArrayEquals(bias, Arrays.copyOf(y, COLUMNS));
    for (int i = COLUMNS; i < 4 * COLUMNS; i++) {
      assertEquals(i >= 3 * COLUMNS, Float.isFinite(y[i]), "element " + i);
    }
  }

  private static float[] product(
      CpuKernels kernels, float[] a, float[] b, float[] bias, int terms) {
    int rows = a.length / terms;
    try (Arena arena = Arena.ofShared()) {
      CpuKernel kernel =
          kernels
              .linear(terms, COLUMNS, WeightSource.of(b), bias, arena)
              .bind(1, 1, rows, Epilogue.NONE);
      return Harness.run(kernel, a, null, null, rows * COLUMNS);
    }
  }

  private static float[] rows(Data data, int count, int terms, int seed) {
    float[] values = Harness.random(seed, count * terms);
    Random random = new Random(seed);
    for (int i = 0; i < values.length; i++) {
      int row = i / terms;
      values[i] =
          switch (data) {
            case NORMAL -> values[i];
            case POSITIVE -> Math.abs(values[i]);
            case SIZES -> Math.scalb(values[i], row * 7 % 41 - 20);
            case OUTLIERS -> random.nextInt(60) == 0 ? 1000 * values[i] : values[i];
            case SPARSE -> row % 5 == 3 || random.nextInt(9) > 0 ? 0 : values[i];
          };
    }
    return values;
  }
}
