package uk.ac.manchester.tornado.api;

import fastvit4j.emulator.ApiAccess;
import fastvit4j.emulator.Barrier;
import fastvit4j.emulator.Fragments;
import fastvit4j.emulator.ItemPosition;
import fastvit4j.emulator.WorkItem;
import uk.ac.manchester.tornado.api.enums.MMAShape;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

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

  /** A fragment of a warp's 16 × 8 sums, all of them this number. */
  public float[] mmaFragment(float v) {
    return Fragments.sums(v);
  }

  /**
   * A fragment of a warp's left factor: 16 rows of 16 float16 numbers, two to an element of local
   * memory, from a byte on. Nothing but {@link #mma} can use it.
   */
  public HalfFloat[] mmaLoadA(int[] aTile, int wmmaK, int byteOffset) {
    return Fragments.left(aTile, wmmaK, byteOffset);
  }

  /** The same of its right factor: 16 rows of 8 numbers. */
  public HalfFloat[] mmaLoadB(int[] bTile, int wmmaK, int byteOffset) {
    return Fragments.right(bTile, wmmaK, byteOffset);
  }

  /** The product of both factors plus sums so far, which may go on. */
  public float[] mma(HalfFloat[] fragA, HalfFloat[] fragB, float[] fragC, MMAShape mmaShape) {
    return Fragments.multiply(fragA, fragB, fragC, mmaShape);
  }

  /** Writes a warp's sums to a matrix of {@code dimN} columns, from a row and a column on. */
  public void mmaStore(float[] fragD, FloatArray c, int tileRow, int tileCol, int dimN) {
    Fragments.store(fragD, c, tileRow, tileCol, dimN);
  }
}
