package fastvit4j.runtime.cpu;

/** Who runs loops: all threads of a pool, or the caller alone. */
@FunctionalInterface
interface Loops {
  /** Runs a loop over {@code units} units, and returns when all are done. */
  void run(int units, Loop loop);
}
