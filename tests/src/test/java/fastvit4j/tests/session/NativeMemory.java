package fastvit4j.tests.session;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.management.ManagementFactory;
import java.util.Collections;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/** Memory outside the heap that this process has asked for, as the JVM itself counts it. */
public final class NativeMemory {
  /** Arenas of the foreign memory API are booked under "Other". */
  private static final Pattern OTHER =
      Pattern.compile("Other \\(reserved=(\\d+)KB, committed=(\\d+)KB");

  /** The first is the sum of all. */
  private static final Pattern MALLOC = Pattern.compile("malloc(?:: |=)(\\d+)KB");

  /** Places in {@code struct mallinfo2}, ten numbers of 8 bytes. */
  private static final int MAPPED = 4;

  private static final int IN_USE = 7;
  private static final Optional<MethodHandle> MALLINFO = mallinfo();

  private NativeMemory() {}

  /**
   * Bytes in use; skips the test if the JVM was not started with {@code
   * -XX:NativeMemoryTracking=summary}.
   */
  public static long bytes() {
    String summary = summary();
    assumeTrue(
        summary.contains("Native Memory Tracking:"),
        "native memory is not counted: start the tests with -XX:NativeMemoryTracking=summary");
    Matcher other = OTHER.matcher(summary);
    return other.find() ? Long.parseLong(other.group(2)) << 10 : 0;
  }

  /**
   * Bytes in use when nothing is left that the garbage collector would free: until another
   * collection, and the cleaner that follows it, free no more.
   */
  public static long settled() throws InterruptedException {
    long bytes = Long.MAX_VALUE;
    long last;
    do {
      last = bytes;
      System.gc();
      Thread.sleep(100);
      bytes = bytes();
    } while (bytes < last);
    return bytes;
  }

  /**
   * Bytes that C code of this process has allocated and not freed, as glibc counts them, without
   * the JVM's own; 0 where there is no glibc. An OpenCL driver for the processor takes the device's
   * memory from there too, and that of compiled kernels.
   */
  public static long allocated() {
    return MALLINFO.map(mallinfo -> inUse(mallinfo) - ofTheJvm()).orElse(0L);
  }

  private static long inUse(MethodHandle mallinfo) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = (MemorySegment) mallinfo.invokeExact((SegmentAllocator) arena);
      return info.getAtIndex(ValueLayout.JAVA_LONG, MAPPED)
          + info.getAtIndex(ValueLayout.JAVA_LONG, IN_USE);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static long ofTheJvm() {
    Matcher malloc = MALLOC.matcher(summary());
    return malloc.find() ? Long.parseLong(malloc.group(1)) << 10 : 0;
  }

  @SuppressWarnings("restricted")
  private static Optional<MethodHandle> mallinfo() {
    Linker linker = Linker.nativeLinker();
    MemoryLayout info =
        MemoryLayout.structLayout(
            Collections.nCopies(10, ValueLayout.JAVA_LONG).toArray(MemoryLayout[]::new));
    return linker
        .defaultLookup()
        .find("mallinfo2")
        .map(function -> linker.downcallHandle(function, FunctionDescriptor.of(info)));
  }

  private static String summary() {
    try {
      return (String)
          ManagementFactory.getPlatformMBeanServer()
              .invoke(
                  new ObjectName("com.sun.management:type=DiagnosticCommand"),
                  "vmNativeMemory",
                  new Object[] {new String[] {"summary"}},
                  new String[] {String[].class.getName()});
    } catch (JMException e) {
      throw new IllegalStateException(e);
    }
  }
}
