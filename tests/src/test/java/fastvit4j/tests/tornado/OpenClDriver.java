package fastvit4j.tests.tornado;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import fastvit4j.runtime.Device;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;

/**
 * The OpenCL driver of this process, between it and TornadoVM: counts what is alive on the device,
 * and makes calls fail. Every object of a driver that the ICD loader loads begins with a pointer to
 * a table of the driver's functions, whose order {@code cl_icd.h} fixes; the loader calls them
 * through the table, so that replacing an entry replaces the function.
 */
// The driver calls some methods by handles that are found by name.
@SuppressWarnings({"restricted", "unused"})
public final class OpenClDriver {
  /** A driver's function that can be made to fail: its place in the table. */
  public enum Call {
    /** Takes memory on the device. */
    CREATE_BUFFER(14),
    /** Compiles a program. */
    BUILD(30),
    /** Copies from the device to the host. */
    READ_BUFFER(48),
    /** Launches a kernel. */
    LAUNCH(59);

    private final int entry;

    Call(int entry) {
      this.entry = entry;
    }
  }

  private static final int CREATE_QUEUE = 9;
  private static final int RELEASE_QUEUE = 11;
  private static final int RELEASE_BUFFER = 18;
  private static final int FLUSH = 46;
  private static final int ENTRIES = 60;
  private static final int REFERENCE_COUNT = 0x1080;
  private static final int OUT_OF_MEMORY = -4;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final SymbolLookup OPENCL =
      SymbolLookup.libraryLookup("libOpenCL.so.1", Arena.global());
  private static final FunctionDescriptor CREATE =
      FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS);
  private static final FunctionDescriptor QUEUE =
      FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS);
  private static final FunctionDescriptor RELEASE = FunctionDescriptor.of(JAVA_INT, ADDRESS);

  private final MemorySegment table;
  private final Map<Long, Long> buffers = new ConcurrentHashMap<>();
  private final Set<Long> queues = ConcurrentHashMap.newKeySet();
  private final MethodHandle create;
  private final MethodHandle createQueue;
  private final MethodHandle release;
  private final MethodHandle releaseQueue;
  private volatile MemorySegment context = MemorySegment.NULL;
  private volatile long allowance = Long.MAX_VALUE;
  private final MethodHandle flush;
  private volatile LongConsumer beforeFlush = _ -> {};

  /** The driver below a device, if it is one of TornadoVM's OpenCL devices. */
  public static Optional<OpenClDriver> of(Device device) {
    return device.name().startsWith("tornado:opencl:")
        ? Optional.of(Holder.DRIVER)
        : Optional.empty();
  }

  /** Hooks into the first platform's driver. */
  private OpenClDriver() {
    MemorySegment platforms = Arena.global().allocate(ADDRESS);
    int status =
        (int)
            invoke(
                function("clGetPlatformIDs", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS),
                1,
                platforms,
                MemorySegment.NULL);
    if (status != 0) {
      throw new IllegalStateException("clGetPlatformIDs says " + status);
    }
    MemorySegment platform = platforms.get(ADDRESS, 0).reinterpret(ADDRESS.byteSize());
    table = platform.get(ADDRESS, 0).reinterpret(ADDRESS.byteSize() * ENTRIES);
    create = LINKER.downcallHandle(entry(Call.CREATE_BUFFER.entry), CREATE);
    createQueue = LINKER.downcallHandle(entry(CREATE_QUEUE), QUEUE);
    release = LINKER.downcallHandle(entry(RELEASE_BUFFER), RELEASE);
    releaseQueue = LINKER.downcallHandle(entry(RELEASE_QUEUE), RELEASE);
    flush = LINKER.downcallHandle(entry(FLUSH), RELEASE);
    replace(Call.CREATE_BUFFER.entry, "createBuffer", CREATE);
    replace(CREATE_QUEUE, "createQueue", QUEUE);
    replace(RELEASE_BUFFER, "releaseBuffer", RELEASE);
    replace(RELEASE_QUEUE, "releaseQueue", RELEASE);
  }

  /** Bytes of all buffers that were created since and not released. */
  public long bytes() {
    return buffers.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Command queues that were created since and not released. */
  public int queues() {
    return queues.size();
  }

  /** What the driver's context is held by: its buffers, queues and programs. */
  private int references() {
    MemorySegment count = Arena.ofAuto().allocate(JAVA_INT);
    MethodHandle info =
        function("clGetContextInfo", JAVA_INT, ADDRESS, JAVA_INT, JAVA_LONG, ADDRESS, ADDRESS);
    int status =
        (int)
            invoke(info, context, REFERENCE_COUNT, JAVA_INT.byteSize(), count, MemorySegment.NULL);
    if (status != 0) {
      throw new IllegalStateException("clGetContextInfo says " + status);
    }
    return count.get(JAVA_INT, 0);
  }

  /** From now on there are but so many bytes more on the device. */
  public void allow(long bytes) {
    allowance = bytes;
  }

  /**
   * From now on the function does nothing and says so. In the place of the driver's function comes
   * one of the C library that fails whatever the arguments: TornadoVM calls from where Java code
   * may not run.
   *
   * @return what undoes it
   */
  public Runnable fail(Call call) {
    MemorySegment before = entry(call.entry);
    MemorySegment failing = LINKER.defaultLookup().find("close").orElseThrow();
    table.setAtIndex(ADDRESS, call.entry, failing);
    return () -> table.setAtIndex(ADDRESS, call.entry, before);
  }

  /**
   * From now on something is done before a command queue is flushed, by the thread that flushes it.
   * It may not throw anything.
   *
   * @param hook is given the queue's address
   * @return what undoes it
   */
  public Runnable beforeFlush(LongConsumer hook) {
    MemorySegment before = entry(FLUSH);
    beforeFlush = hook;
    replace(FLUSH, "flushQueue", RELEASE);
    return () -> table.setAtIndex(ADDRESS, FLUSH, before);
  }

  private int flushQueue(MemorySegment queue) {
    beforeFlush.accept(queue.address());
    return (int) invoke(flush, queue);
  }

  private MemorySegment createBuffer(
      MemorySegment in, long flags, long bytes, MemorySegment host, MemorySegment status) {
    context = in;
    if (bytes > allowance) {
      if (status.address() != 0) {
        status.reinterpret(JAVA_INT.byteSize()).set(JAVA_INT, 0, OUT_OF_MEMORY);
      }
      return MemorySegment.NULL;
    }
    MemorySegment buffer = (MemorySegment) invoke(create, in, flags, bytes, host, status);
    if (buffer.address() != 0) {
      buffers.put(buffer.address(), bytes);
    }
    return buffer;
  }

  private int releaseBuffer(MemorySegment buffer) {
    buffers.remove(buffer.address());
    return (int) invoke(release, buffer);
  }

  private MemorySegment createQueue(
      MemorySegment in, MemorySegment device, long properties, MemorySegment status) {
    MemorySegment queue = (MemorySegment) invoke(createQueue, in, device, properties, status);
    queues.add(queue.address());
    return queue;
  }

  private int releaseQueue(MemorySegment queue) {
    queues.remove(queue.address());
    return (int) invoke(releaseQueue, queue);
  }

  private MemorySegment entry(int index) {
    return table.getAtIndex(ADDRESS, index);
  }

  private void replace(int index, String method, FunctionDescriptor type) {
    MethodType signature = type.toMethodType();
    try {
      MethodHandle handle = MethodHandles.lookup().bind(this, method, signature);
      table.setAtIndex(ADDRESS, index, LINKER.upcallStub(handle, type, Arena.global()));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static MethodHandle function(
      String name, MemoryLayout result, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        OPENCL.find(name).orElseThrow(), FunctionDescriptor.of(result, arguments));
  }

  @Override
  public String toString() {
    return "on the device %d bytes in %d buffers, %d queues; %d references to the context"
        .formatted(bytes(), buffers.size(), queues(), references());
  }

  private static Object invoke(MethodHandle function, Object... arguments) {
    try {
      return function.invokeWithArguments(arguments);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class Holder {
    static final OpenClDriver DRIVER = new OpenClDriver();
  }
}
