package fastvit4j.tools.pipeline;

import java.util.function.LongSupplier;

/** How long a device had no batch, one, and more than one. */
final class Occupancy {
  private final LongSupplier clock;
  private int batches;
  private long since;
  private long idleNanos;
  private long busyNanos;
  private long overlapNanos;

  /** By a clock of nanoseconds. */
  Occupancy(LongSupplier clock) {
    this.clock = clock;
    since = clock.getAsLong();
  }

  /** Begins to count again, without a batch; what was since the last one's end counts nowhere. */
  synchronized void resume() {
    since = clock.getAsLong();
  }

  /** The device gets a batch. */
  synchronized void begin() {
    account();
    batches++;
  }

  /** The device is through with a batch. */
  synchronized void end() {
    account();
    batches--;
  }

  private void account() {
    long now = clock.getAsLong();
    long passed = now - since;
    since = now;
    if (batches == 0) {
      idleNanos += passed;
    } else {
      busyNanos += passed;
    }
    if (batches > 1) {
      overlapNanos += passed;
    }
  }

  /** Seconds in which it waited for a batch. */
  synchronized double idleSeconds() {
    return idleNanos / 1e9;
  }

  /** Seconds in which it had one or more. */
  synchronized double busySeconds() {
    return busyNanos / 1e9;
  }

  /** Seconds of these in which it had more than one. */
  synchronized double overlapSeconds() {
    return overlapNanos / 1e9;
  }
}
