package fastvit4j.model.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.tensor.DType;
import fastvit4j.model.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NonFiniteTest {
  /** Elements of a tensor; nine of them are worth two threads. */
  private static final int ELEMENTS = 500_000;

  @Test
  void countsInEveryTensorOfAFewAndOfMany() {
    for (int tensors : new int[] {0, 1, 2, 9, 10}) {
      Random random = new Random(tensors);
      List<Tensor> all = new ArrayList<>();
      long[] expected = new long[tensors];
      for (int i = 0; i < tensors; i++) {
        float[] values = new float[ELEMENTS];
        expected[i] = i % 3;
        for (int j = 0; j < expected[i]; j++) {
          values[j * (ELEMENTS - 1)] = random.nextBoolean() ? Float.NaN : Float.NEGATIVE_INFINITY;
        }
        all.add(Tensor.of("t" + i, values, ELEMENTS));
      }
      assertArrayEquals(expected, NonFinite.count(all));
    }
  }

  @Test
  void whatGoesWrongInEitherThreadIsThrown() {
    Tensor fine = Tensor.of("fine", new float[ELEMENTS], ELEMENTS);
    for (int broken : new int[] {0, 9}) {
      for (Throwable failure :
          List.of(new IllegalStateException("gone"), new InternalError("gone"))) {
        List<Tensor> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
          all.add(i == broken ? failing(failure) : fine);
        }
        assertSame(failure, assertThrows(failure.getClass(), () -> NonFinite.count(all)));
      }
    }
  }

  @Test
  void anInterruptedThreadFinishesAndStaysInterrupted() {
    Tensor fine = Tensor.of("fine", new float[ELEMENTS], ELEMENTS);
    List<Tensor> all = List.of(fine, fine, fine, fine, fine, fine, fine, fine, fine);
    Thread.currentThread().interrupt();
    assertArrayEquals(new long[9], NonFinite.count(all));
    assertTrue(Thread.interrupted());
  }

  private static Tensor failing(Throwable failure) {
    return Tensor.lazy(
        "broken",
        DType.F32,
        new int[] {ELEMENTS},
        () -> {
          if (failure instanceof Error error) {
            throw error;
          }
          throw (RuntimeException) failure;
        });
  }
}
