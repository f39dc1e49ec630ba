package fastvit4j.emulator;

/** Calls a task's method reference with an array of arguments. */
@FunctionalInterface
public interface KernelCall {
  /** Runs the kernel. */
  void run(Object[] arguments);
}
