package fastvit4j.runtime;

/**
 * Is told how far the compilation of a session is, on devices whose kernels are compiled when a
 * session is. Called by the thread that compiles; what it throws ends the compilation.
 */
@FunctionalInterface
public interface CompileListener {
  /** Listens to nothing. */
  CompileListener NONE = (_, _, _) -> {};

  /**
   * A part of the work is done.
   *
   * @param done parts done, from 0 (before the first) to {@code total}
   * @param total all parts: each different kernel, and then each piece of the network that is run
   *     for the first time, when drivers finish their part
   * @param next the kernel or piece that is begun now; of the last call, what was done last
   */
  void compiled(int done, int total, String next);
}
