package fastvit4j.runtime.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class WorkerPoolTest {
  @Test
  void everyUnitRunsOnce() {
    for (int size : new int[] {1, 2, 5}) {
      try (WorkerPool pool = new WorkerPool(size)) {
        for (int units : new int[] {1, 2, 7, 1000, 3, 1}) {
          AtomicIntegerArray runs = new AtomicIntegerArray(units);
          AtomicInteger strangers = new AtomicInteger();
          pool.run(
              units,
              (worker, from, to) -> {
                if (worker < 0 || worker >= size) {
                  strangers.incrementAndGet();
                }
                for (int i = from; i < to; i++) {
                  runs.incrementAndGet(i);
                }
              });
          assertEquals(0, strangers.get());
          for (int i = 0; i < units; i++) {
            assertEquals(1, runs.get(i), "unit " + i);
          }
        }
      }
    }
  }

  @Test
  void manyShortLoopsFollowEachOther() {
    try (WorkerPool pool = new WorkerPool(3)) {
      int[] sum = new int[64];
      for (int loop = 0; loop < 5_000; loop++) {
        pool.run(
            64,
            (_, from, to) -> {
              for (int i = from; i < to; i++) {
                sum[i]++;
              }
            });
      }
      for (int count : sum) {
        assertEquals(5_000, count);
      }
    }
  }

  @Test
  void parkedWorkersWakeUp() throws InterruptedException {
    try (WorkerPool pool = new WorkerPool(2)) {
      for (int loop = 0; loop < 3; loop++) {
        Thread.sleep(50);
        AtomicInteger runs = new AtomicInteger();
        pool.run(100, (_, from, to) -> runs.addAndGet(to - from));
        assertEquals(100, runs.get());
      }
    }
  }

  @Test
  void aFailureReachesTheCallerAndThePoolGoesOn() {
    try (WorkerPool pool = new WorkerPool(2)) {
      AtomicInteger runs = new AtomicInteger();
      IllegalStateException failure =
          assertThrows(
              IllegalStateException.class,
              () ->
                  pool.run(
                      50,
                      (_, from, to) -> {
                        runs.addAndGet(to - from);
                        if (from <= 20 && 20 < to) {
                          throw new IllegalStateException("unit 20");
                        }
                      }));
      assertEquals("unit 20", failure.getMessage());
      assertEquals(50, runs.get());
      pool.run(10, (_, from, to) -> runs.addAndGet(to - from));
      assertTrue(runs.get() == 60);
    }
  }
}
