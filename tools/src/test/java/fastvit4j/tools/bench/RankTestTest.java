package fastvit4j.tools.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RankTestTest {
  /** Ratios of counts below 2⁵³. */
  private static final double ROUNDING = 1e-12;

  @Test
  void countsTheWaysThatAreAsExtreme() {
    // Of the 20 choices of three ranks of six, one has the sum 6, as 1, 2 and 3 do.
    List<Double> low = List.of(1.0, 3.0, 2.0);
    assertEquals(2 / 20.0, RankTest.probability(low, List.of(9.0, 8.0, 7.0)), ROUNDING);
    assertEquals(2 / 20.0, RankTest.probability(List.of(9.0, 8.0, 7.0), low), ROUNDING);
    assertEquals(2 / 20.0, RankTest.least(3, 3), ROUNDING);
    // Ranks 1, 2 and 4: the sums 6 and 7.
    assertEquals(
        4 / 20.0, RankTest.probability(List.of(1.0, 2.0, 4.0), List.of(3.0, 5.0, 6.0)), ROUNDING);
  }

  @Test
  void sharesRanksAmongEquals() {
    assertArrayEquals(
        new int[] {2, 5, 5, 8}, RankTest.doubledRanks(List.of(1.0, 2.0), List.of(2.0, 3.0)));
    assertEquals(1, RankTest.probability(List.of(4.0, 4.0), List.of(4.0, 4.0, 4.0)), ROUNDING);
  }

  @Test
  void isNormalForManyValues() {
    List<Double> even = IntStream.range(0, 31).mapToObj(i -> 2.0 * i).toList();
    // Sum of ranks 1 above the expected for each of 31 against 31 - 1 below: z is small.
    List<Double> odd = even.stream().map(x -> x + 1).toList();
    // U = 31 · 30 / 2 = 465, mean 480.5, deviation sqrt(31 · 31 · 63 / 12) = 71.03; with half a
    // rank
    // for continuity z = 15 / 71.03 = 0.2112, and 2 · (1 − Φ(0.2112)) = 0.8327.
    assertEquals(0.8327, RankTest.probability(even, odd), 1e-4);
    List<Double> above = even.stream().map(x -> x + 100).toList();
    // z = (480.5 − 0.5) / 71.03 = 6.757, and 2 · (1 − Φ(6.757)) is 1.4 · 10⁻¹¹; the formula for Φ
    // is
    // good to 7.5 · 10⁻⁸.
    assertEquals(0, RankTest.probability(even, above), 2e-7);
  }
}
