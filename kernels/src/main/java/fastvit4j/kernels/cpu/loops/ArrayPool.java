package fastvit4j.kernels.cpu.loops;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Arrays that kernels work in. Those of one shape use the same ones in turn, as many as there are
 * threads: otherwise each call would make new ones, hundreds of megabytes in the run of a network.
 *
 * @param <T> the arrays of a kernel
 */
final class ArrayPool<T> {
  private final Map<List<Integer>, Queue<T>> idle = new ConcurrentHashMap<>();

  /** The arrays that nobody uses, of kernels of a shape: to be taken from here, and put back. */
  Queue<T> idle(Integer... shape) {
    return idle.computeIfAbsent(List.of(shape), _ -> new ConcurrentLinkedQueue<>());
  }
}
