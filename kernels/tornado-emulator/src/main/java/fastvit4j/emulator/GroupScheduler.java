package fastvit4j.emulator;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ObjIntConsumer;

/**
 * Runs the work-items of a group side by side, each in a virtual thread, one at a time and in
 * order: a work-item runs until it ends or waits at a barrier, then the next one does. When all
 * have, the first goes on behind the barrier. So a launch always runs the same way.
 */
final class GroupScheduler {
  private static final int COORDINATOR = -1;

  private final KernelTask task;
  private final WorkGroup group;
  private final List<WorkItem> items = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final Barrier[] waiting;
  private final int[] sites;
  private final boolean[] ended;
  private final Thread coordinator = Thread.currentThread();
  private volatile int turn = COORDINATOR;
  private volatile boolean stopped;
  private Throwable failure;

  /** Unwinds work-items that wait at a barrier when the launch has failed. */
  private static final class Stop extends Error {
    private static final long serialVersionUID = 1L;

    Stop() {
      super("the launch has failed", null, false, false);
    }
  }

  /** A scheduler for groups of {@code size} work-items, each of which does {@code body}. */
  GroupScheduler(WorkGroup group, KernelTask task, int size, ObjIntConsumer<WorkItem> body) {
    this.task = task;
    this.group = group;
    waiting = new Barrier[size];
    sites = new int[size];
    ended = new boolean[size];
    for (int i = 0; i < size; i++) {
      int number = i;
      items.add(new WorkItem(task, group));
      threads.add(
          Thread.ofVirtual()
              .name(task.name() + " work-item " + number)
              .unstarted(() -> run(number, body)));
    }
    threads.forEach(Thread::start);
    group.schedule(this);
  }

  /** Runs one group to its end. */
  void runGroup() {
    for (int i = 0; i < ended.length; i++) {
      ended[i] = false;
      waiting[i] = null;
    }
    handTo(0);
    awaitTurn(COORDINATOR);
    if (failure instanceof RuntimeException e) {
      throw e;
    } else if (failure instanceof Error e) {
      throw e;
    }
  }

  /** Ends all threads; the scheduler is of no use afterwards. */
  void close() {
    stopped = true;
    threads.forEach(LockSupport::unpark);
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      coordinator.interrupt();
    }
  }

  private void run(int number, ObjIntConsumer<WorkItem> body) {
    try {
      while (true) {
        awaitTurn(number);
        body.accept(items.get(number), number);
        ended[number] = true;
        handOver(number);
      }
    } catch (Stop e) {
      return;
    } catch (Throwable e) {
      failure = e;
      handTo(COORDINATOR);
    }
  }

  /** A work-item waits at a barrier. */
  void await(WorkItem item, Barrier barrier) {
    int number = (item.id() - 1) % items.size();
    waiting[number] = barrier;
    sites[number] = KernelMemory.lastSite();
    handOver(number);
    awaitTurn(number);
    item.syncEpochs();
    item.resume();
  }

  private void handOver(int number) {
    if (number + 1 < threads.size()) {
      handTo(number + 1);
      return;
    }
    boolean end = allEnded();
    if (!end) {
      checkBarrier();
    }
    Warps.meet(task, items);
    if (end) {
      handTo(COORDINATOR);
      return;
    }
    group.passed(waiting[0]);
    handTo(0);
  }

  private boolean allEnded() {
    for (boolean end : ended) {
      if (!end) {
        return false;
      }
    }
    return true;
  }

  /** All work-items must wait, and at the same barrier. */
  private void checkBarrier() {
    int someone = 0;
    while (ended[someone]) {
      someone++;
    }
    String where = describe(someone);
    for (int i = 0; i < ended.length; i++) {
      if (ended[i]) {
        throw fault(someone, where, i, "ends without reaching it");
      }
      if (sites[i] != sites[someone] || waiting[i] != waiting[someone]) {
        throw fault(someone, where, i, "waits at the " + describe(i));
      }
    }
  }

  private String describe(int number) {
    return (waiting[number] == Barrier.LOCAL ? "localBarrier" : "globalBarrier")
        + CallSites.describe(sites[number]);
  }

  private KernelFault fault(int someone, String where, int other, String what) {
    String text =
        "task "
            + task.name()
            + ": work-item "
            + items.get(someone).position()
            + " waits at the "
            + where
            + ", but work-item "
            + items.get(other).position()
            + " "
            + what;
    return new KernelFault(KernelFault.Kind.BARRIER, task.name(), text);
  }

  private void handTo(int next) {
    turn = next;
    LockSupport.unpark(next == COORDINATOR ? coordinator : threads.get(next));
  }

  private void awaitTurn(int number) {
    while (turn != number) {
      if (stopped && number != COORDINATOR) {
        throw new Stop();
      }
      LockSupport.park(this);
    }
    if (stopped) {
      throw new Stop();
    }
  }
}
