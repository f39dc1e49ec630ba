package fastvit4j.tools.pipeline;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes daemon threads that are named and numbered. The platform's own factory makes classes for
 * its first thread's name, for which a short command would wait.
 */
final class DaemonThreads implements ThreadFactory {
  private final String prefix;
  private final AtomicInteger next = new AtomicInteger();

  /** Threads named by the prefix and a number from 0. */
  DaemonThreads(String prefix) {
    this.prefix = prefix;
  }

  @Override
  public Thread newThread(Runnable work) {
    return Thread.ofPlatform().daemon().name(prefix + next.getAndIncrement()).unstarted(work);
  }
}
