package fastvit4j.runtime.cpu;

/** The body of a parallel loop. */
@FunctionalInterface
interface Loop {
  /**
   * Runs some units.
   *
   * @param worker number of the thread, from 0
   * @param from first unit
   * @param to unit after the last
   */
  void run(int worker, int from, int to);
}
