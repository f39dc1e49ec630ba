package fastvit4j.tools;

import fastvit4j.kernels.cpu.CpuKernelsProvider;
import fastvit4j.kernels.cpu.CpuWarmUp;
import java.time.Duration;

/**
 * Has the processor's kernels compiled while the command line, the checkpoint and the weights are
 * read, where the launcher asks for it: for commands that run a network once or twice.
 */
final class WarmUp {
  /** Set by the launcher, with the compilers' thresholds that make it worth the while. */
  private static final String PROPERTY = "fastvit.warm-up";

  /** A thread that is not done by then is not waited for: whatever keeps it, the network runs. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private static volatile Thread thread;

  private WarmUp() {}

  /** Begins, if the launcher asks for it. */
  static void start() {
    if (Boolean.getBoolean(PROPERTY)) {
      thread = Thread.ofPlatform().daemon().name("fastvit-warm-up").start(WarmUp::run);
    }
  }

  private static void run() {
    CpuWarmUp.run(CpuKernelsProvider.find().kernels());
  }

  /** Waits for it, if it was begun: what runs meanwhile would run slowly and slow it down. */
  static void await() {
    Thread begun = thread;
    if (begun != null) {
      try {
        begun.join(PATIENCE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
