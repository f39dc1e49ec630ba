package fastvit4j.emulator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Arrays of zeros that launches borrow, since buffers of millions of elements need several. */
final class IntPool {
  private final List<int[]> free = new ArrayList<>();

  /** An array of at least this many elements, the first of them zero. */
  int[] take(int size) {
    int best = -1;
    for (int i = 0; i < free.size(); i++) {
      int length = free.get(i).length;
      if (length >= size && (best < 0 || length < free.get(best).length)) {
        best = i;
      }
    }
    if (best < 0) {
      return new int[size];
    }
    int[] array = free.remove(best);
    Arrays.fill(array, 0, size, 0);
    return array;
  }

  void give(int[] array) {
    free.add(array);
  }

  /** Lets go of all arrays. */
  void clear() {
    free.clear();
  }
}
