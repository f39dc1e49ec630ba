package fastvit4j.emulator;

import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import uk.ac.manchester.tornado.api.TornadoDeviceContext;
import uk.ac.manchester.tornado.api.TornadoTargetDevice;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;
import uk.ac.manchester.tornado.api.exceptions.TornadoOutOfMemoryException;

/**
 * The emulator as a device. Its limits are those that GPUs of every make keep to, so that what runs
 * here fits there: groups of 256 work-items and 32 KiB of local memory. Its memory is what {@code
 * -Dtornado.device.memory} says, 4 GiB by default, as it is with TornadoVM.
 */
final class EmulatedDevice implements TornadoDevice, TornadoTargetDevice, TornadoDeviceContext {
  static final EmulatedDevice DEVICE = new EmulatedDevice();
  static final int MAX_GROUP = 256;
  static final int LOCAL_MEMORY = 32 * 1024;

  private final long memory = parseSize(System.getProperty("tornado.device.memory", "4GB"));
  private final AtomicLong reserved = new AtomicLong();

  private EmulatedDevice() {}

  private static long parseSize(String text) {
    Matcher size = Pattern.compile("(\\d+)([KMG]?)B?").matcher(text);
    if (!size.matches()) {
      throw new IllegalArgumentException("tornado.device.memory is like 512MB or 4GB, not " + text);
    }
    int power = " KMG".indexOf(size.group(2).isEmpty() ? " " : size.group(2));
    return Long.parseLong(size.group(1)) << (10 * power);
  }

  /** Bytes of an element of an array of primitives. */
  static int bytesOf(Class<?> primitive) {
    if (primitive == byte.class || primitive == boolean.class) {
      return 1;
    }
    if (primitive == short.class || primitive == char.class) {
      return 2;
    }
    return primitive == long.class || primitive == double.class ? 8 : 4;
  }

  void reserve(long bytes, String what) {
    if (reserved.addAndGet(bytes) > memory) {
      long others = reserved.addAndGet(-bytes);
      throw new TornadoOutOfMemoryException(
          what
              + " needs "
              + bytes
              + " bytes, but the emulated device has "
              + memory
              + " bytes, of which "
              + others
              + " are taken");
    }
  }

  void release(long bytes) {
    reserved.addAndGet(-bytes);
  }

  @Override
  public String getDeviceName() {
    return "emulator";
  }

  @Override
  public String getPlatformName() {
    return "FastViT4J";
  }

  @Override
  public String getDescription() {
    return "FastViT4J's emulation of TornadoVM on the JVM, for tests and debugging";
  }

  @Override
  public TornadoDeviceType getDeviceType() {
    return TornadoDeviceType.CUSTOM;
  }

  @Override
  public TornadoVMBackendType getTornadoVMBackend() {
    return TornadoVMBackendType.JAVA;
  }

  @Override
  public TornadoTargetDevice getPhysicalDevice() {
    return this;
  }

  @Override
  public TornadoDeviceContext getDeviceContext() {
    return this;
  }

  @Override
  public int getBackendIndex() {
    return 0;
  }

  @Override
  public int getAvailableProcessors() {
    return 1;
  }

  @Override
  public long getMaxAllocMemory() {
    return memory;
  }

  @Override
  public long getMaxGlobalMemory() {
    return memory;
  }

  @Override
  public long getDeviceLocalMemorySize() {
    return LOCAL_MEMORY;
  }

  @Override
  public long[] getDeviceMaxWorkgroupDimensions() {
    return new long[] {MAX_GROUP, MAX_GROUP, MAX_GROUP};
  }

  @Override
  public String getDeviceOpenCLCVersion() {
    return "none";
  }

  @Override
  public long getDeviceGlobalMemorySize() {
    return memory;
  }

  @Override
  public int getDeviceMaxComputeUnits() {
    return 1;
  }

  @Override
  public long[] getDeviceMaxWorkItemSizes() {
    return getDeviceMaxWorkgroupDimensions();
  }

  @Override
  public long[] getDeviceMaxWorkGroupSize() {
    return new long[] {MAX_GROUP};
  }

  @Override
  public int getMaxThreadsPerBlock() {
    return MAX_GROUP;
  }

  @Override
  public int getDeviceMaxClockFrequency() {
    return 0;
  }

  @Override
  public long getDeviceMaxConstantBufferSize() {
    return memory;
  }

  @Override
  public long getDeviceMaxAllocationSize() {
    return memory;
  }

  @Override
  public String getDeviceInfo() {
    return getDescription() + "\nExtensions: cl_khr_fp16";
  }

  @Override
  public boolean isFP64Supported() {
    return true;
  }

  @Override
  public int getDeviceIndex() {
    return 0;
  }

  @Override
  public int getDriverIndex() {
    return 0;
  }

  @Override
  public String toString() {
    return getDeviceName();
  }
}
