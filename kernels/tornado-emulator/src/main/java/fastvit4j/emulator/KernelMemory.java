package fastvit4j.emulator;

/**
 * What instrumented kernels call instead of using arrays of their own and of local memory directly,
 * and at barriers, steps of warps and {@code @Parallel} loops. See {@link KernelInstrumenter}.
 */
public final class KernelMemory {
  private static int site;

  private KernelMemory() {}

  private static void read(Object array, int index) {
    WorkItem item = WorkItem.current();
    if (item != null) {
      shadow(item, array).read(index);
    }
  }

  private static void write(Object array, int index) {
    WorkItem item = WorkItem.current();
    if (item != null) {
      shadow(item, array).write(index);
    }
  }

  private static ShadowMemory shadow(WorkItem item, Object array) {
    ShadowMemory shadow = item.shadow(array);
    if (shadow == null) {
      throw item.fault(
          KernelFault.Kind.UNSUPPORTED,
          "uses an array that it did not allocate: on a device there is no heap, nor are there"
              + " static fields");
    }
    return shadow;
  }

  /** A read of an array. */
  public static float load(float[] array, int index) {
    read(array, index);
    return array[index];
  }

  /** A write to an array. */
  public static void store(float[] array, int index, float value) {
    write(array, index);
    array[index] = value;
  }

  /** A read of an array. */
  public static double load(double[] array, int index) {
    read(array, index);
    return array[index];
  }

  /** A write to an array. */
  public static void store(double[] array, int index, double value) {
    write(array, index);
    array[index] = value;
  }

  /** A read of an array. */
  public static int load(int[] array, int index) {
    read(array, index);
    return array[index];
  }

  /** A write to an array. */
  public static void store(int[] array, int index, int value) {
    write(array, index);
    array[index] = value;
  }

  /** A read of an array. */
  public static long load(long[] array, int index) {
    read(array, index);
    return array[index];
  }

  /** A write to an array. */
  public static void store(long[] array, int index, long value) {
    write(array, index);
    array[index] = value;
  }

  /** A read of an array. */
  public static short load(short[] array, int index) {
    read(array, index);
    return array[index];
  }

  /** A write to an array. */
  public static void store(short[] array, int index, short value) {
    write(array, index);
    array[index] = value;
  }

  /** A read of an array of bytes or booleans, which one instruction serves. */
  public static byte loadByte(Object array, int index) {
    read(array, index);
    return array instanceof byte[] bytes
        ? bytes[index]
        : (byte) (((boolean[]) array)[index] ? 1 : 0);
  }

  /** A write to an array of bytes or booleans, which one instruction serves. */
  public static void storeByte(Object array, int index, int value) {
    write(array, index);
    if (array instanceof byte[] bytes) {
      bytes[index] = (byte) value;
    } else {
      ((boolean[]) array)[index] = (value & 1) != 0;
    }
  }

  /** A new array of the kernel's own. */
  public static void allocated(Object array) {
    WorkItem item = WorkItem.current();
    if (item != null) {
      item.privateArray(array);
    }
  }

  /** A method of the kernel's was given an array; that cannot be one of local memory. */
  public static void passed(Object array) {
    WorkItem item = WorkItem.current();
    ShadowMemory shadow = item == null ? null : item.shadow(array);
    if (shadow != null && shadow.isShared()) {
      throw item.fault(
          KernelFault.Kind.UNSUPPORTED,
          "hands the local array "
              + shadow.name()
              + " to another method, where TornadoVM computes wrong addresses for it");
    }
  }

  /** A local variable now holds an array. */
  public static void named(Object array, String name) {
    WorkItem item = WorkItem.current();
    ShadowMemory shadow = item == null ? null : item.shadow(array);
    if (shadow != null) {
      shadow.rename(name, shadow.description());
    }
  }

  /** A {@code @Parallel} loop, by its number in the kernel, begins an iteration. */
  public static void iteration(int loop, int value) {
    WorkItem item = WorkItem.current();
    if (item != null) {
      item.iteration(loop, value);
    }
  }

  /** A {@code @Parallel} loop has ended. */
  public static void finished(int loop) {
    WorkItem item = WorkItem.current();
    if (item != null) {
      item.finished(loop);
    }
  }

  /** The next call is one that others must make too: its place in the source, by number. */
  public static void site(int place) {
    site = place;
  }

  static int lastSite() {
    return site;
  }
}
