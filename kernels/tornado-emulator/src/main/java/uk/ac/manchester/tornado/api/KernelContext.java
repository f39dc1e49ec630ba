package uk.ac.manchester.tornado.api;

import fastvit4j.emulator.ApiAccess;
import fastvit4j.emulator.Barrier;
import fastvit4j.emulator.ItemPosition;
import fastvit4j.emulator.WorkItem;

/**
 * A kernel's view of the work-item that runs it: who it is, its group's local memory, its group's
 * barriers. Outside a kernel every index is 0, local arrays are ordinary ones and barriers do
 * nothing.
 */
public class KernelContext {
  static {
    ApiAccess.contexts(KernelContext::new);
  }

  /** Index among all work-items in x. */
  public final Integer globalIdx;

  /** Index among all work-items in y. */
  public final Integer globalIdy;

  /** Index among all work-items in z. */
  public final Integer globalIdz;

  /** Index within the group in x. */
  public final Integer localIdx;

  /** Index within the group in y. */
  public final Integer localIdy;

  /** Index within the group in z. */
  public final Integer localIdz;

  /** Index of the group in x. */
  public final Integer groupIdx;

  /** Index of the group in y. */
  public final Integer groupIdy;

  /** Index of the group in z. */
  public final Integer groupIdz;

  /** Work-items in all in x. */
  public final Integer globalGroupSizeX;

  /** Work-items in all in y. */
  public final Integer globalGroupSizeY;

  /** Work-items in all in z. */
  public final Integer globalGroupSizeZ;

  /** Work-items of a group in x. */
  public final Integer localGroupSizeX;

  /** Work-items of a group in y. */
  public final Integer localGroupSizeY;

  /** Work-items of a group in z. */
  public final Integer localGroupSizeZ;

  /** What a task is given; its kernel sees another one for every work-item. */
  public KernelContext() {
    this(ItemPosition.HOST);
  }

  private KernelContext(ItemPosition position) {
    globalIdx = position.global(0);
    globalIdy = position.global(1);
    globalIdz = position.global(2);
    localIdx = position.local(0);
    localIdy = position.local(1);
    localIdz = position.local(2);
    groupIdx = position.group(0);
    groupIdy = position.group(1);
    groupIdz = position.group(2);
    globalGroupSizeX = position.globalSize(0);
    globalGroupSizeY = position.globalSize(1);
    globalGroupSizeZ = position.globalSize(2);
    localGroupSizeX = position.localSize(0);
    localGroupSizeY = position.localSize(1);
    localGroupSizeZ = position.localSize(2);
  }

  /** Waits for the group, and makes what its work-items wrote to local memory visible to all. */
  public void localBarrier() {
    WorkItem.barrier(Barrier.LOCAL);
  }

  /** Waits for the group, and makes what its work-items wrote to buffers visible to all. */
  public void globalBarrier() {
    WorkItem.barrier(Barrier.GLOBAL);
  }

  /** An array in the group's local memory; the same one for all of the group's work-items. */
  public float[] allocateFloatLocalArray(int size) {
    return WorkItem.localArray(float[].class, size);
  }

  /** An array in the group's local memory; the same one for all of the group's work-items. */
  public double[] allocateDoubleLocalArray(int size) {
    return WorkItem.localArray(double[].class, size);
  }

  /** An array in the group's local memory; the same one for all of the group's work-items. */
  public int[] allocateIntLocalArray(int size) {
    return WorkItem.localArray(int[].class, size);
  }

  /** An array in the group's local memory; the same one for all of the group's work-items. */
  public long[] allocateLongLocalArray(int size) {
    return WorkItem.localArray(long[].class, size);
  }

  /** An array in the group's local memory; the same one for all of the group's work-items. */
  public byte[] allocateByteLocalArray(int size) {
    return WorkItem.localArray(byte[].class, size);
  }
}
