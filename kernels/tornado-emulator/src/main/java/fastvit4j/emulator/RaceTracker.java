package fastvit4j.emulator;

import java.util.Arrays;

/**
 * Who read and who wrote each element of an array in the launch under way.
 *
 * <p>Two accesses by different work-items, at least one of them a write, race unless a barrier
 * orders them: both work-items are of one group, and the group passed a barrier of the array's kind
 * between the two. Work-items are numbered from 1, group by group; between two barriers of a group
 * is an epoch.
 *
 * <p>Only the last reader is kept exactly. That is enough: readers of an earlier epoch of the same
 * group are ordered before whatever the group does now, and readers of several groups, or several
 * readers of one epoch, race with every writer that is not ordered after all of them.
 */
final class RaceTracker {
  /** In place of a work-item: none. */
  static final int NONE = 0;

  /** In place of a work-item: several, which no barrier orders before anyone. */
  static final int SEVERAL = -1;

  private final Barrier barrier;
  private final int groupSize;
  private final int[] writers;
  private final int[] readers;
  private final int[] writeEpochs;
  private final int[] readEpochs;

  /**
   * A tracker for a launch.
   *
   * @param barrier the kind of barrier that orders accesses to the array
   * @param groupSize work-items of a group, or 0 in a launch without barriers
   */
  RaceTracker(Barrier barrier, int groupSize, int size, IntPool pool) {
    this.barrier = barrier;
    this.groupSize = groupSize;
    writers = pool.take(size);
    readers = pool.take(size);
    writeEpochs = groupSize == 0 ? null : pool.take(size);
    readEpochs = groupSize == 0 ? null : pool.take(size);
  }

  void release(IntPool pool) {
    pool.give(writers);
    pool.give(readers);
    if (groupSize != 0) {
      pool.give(writeEpochs);
      pool.give(readEpochs);
    }
  }

  /** The kind of barrier that orders accesses to the array. */
  Barrier barrier() {
    return barrier;
  }

  /** Forgets everything, as a new group does with its local memory. */
  void clear() {
    Arrays.fill(writers, NONE);
    Arrays.fill(readers, NONE);
  }

  /** Whether no element was read, but some were written. */
  boolean isOnlyWritten(int size) {
    boolean anyWritten = false;
    for (int i = 0; i < size; i++) {
      if (readers[i] != NONE) {
        return false;
      }
      anyWritten |= writers[i] != NONE;
    }
    return anyWritten;
  }

  boolean isWritten(int index) {
    return writers[index] != NONE;
  }

  /**
   * Notes a read by a work-item in an epoch; returns the writer that it races with, or {@link
   * #NONE}.
   */
  int read(int index, int id, int epoch) {
    int writer = writers[index];
    if (writer != NONE && writer != id && races(writer, writeEpochs, index, id, epoch)) {
      return writer;
    }
    int reader = readers[index];
    if (reader == id && groupSize == 0) {
      return NONE;
    }
    if (groupSize == 0) {
      readers[index] = reader == NONE ? id : SEVERAL;
    } else if (reader == NONE) {
      note(index, id, epoch);
    } else if (reader != SEVERAL) {
      noteAlso(index, reader, id, epoch);
    }
    return NONE;
  }

  private void noteAlso(int index, int reader, int id, int epoch) {
    if (group(reader) != group(id)) {
      readers[index] = SEVERAL;
    } else if (readEpochs[index] < epoch) {
      note(index, id, epoch);
    } else if (reader != id) {
      readers[index] = -group(id) - 2;
    }
  }

  private void note(int index, int id, int epoch) {
    readers[index] = id;
    readEpochs[index] = epoch;
  }

  /**
   * Notes a write by a work-item in an epoch; returns the reader or writer that it races with, or
   * {@link #NONE}.
   */
  int write(int index, int id, int epoch) {
    int writer = writers[index];
    // The elements of a buffer have one owner a launch, whatever barriers lie between.
    if (writer != NONE
        && writer != id
        && (barrier == Barrier.GLOBAL || races(writer, writeEpochs, index, id, epoch))) {
      return writer;
    }
    int reader = readers[index];
    if (reader != NONE && reader != id && races(reader, readEpochs, index, id, epoch)) {
      return reader > 0 ? reader : SEVERAL;
    }
    writers[index] = id;
    if (groupSize != 0) {
      writeEpochs[index] = epoch;
    }
    return NONE;
  }

  boolean wrote(int index, int id) {
    return writers[index] == id;
  }

  /** Whether no barrier lies between another's access and what a work-item does in an epoch. */
  private boolean races(int other, int[] epochs, int index, int id, int epoch) {
    return groupSize == 0
        || other == SEVERAL
        || group(other) != group(id)
        || epochs[index] >= epoch;
  }

  /** Group of a work-item, or of the readers of one group, which are kept as {@code -2 - group}. */
  private int group(int who) {
    return who > 0 ? (who - 1) / groupSize : -2 - who;
  }
}
