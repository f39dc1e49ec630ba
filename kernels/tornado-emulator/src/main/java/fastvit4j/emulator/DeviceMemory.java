package fastvit4j.emulator;

import java.lang.foreign.Arena;
import java.util.Collection;
import java.util.IdentityHashMap;
import uk.ac.manchester.tornado.api.exceptions.TornadoMemoryException;
import uk.ac.manchester.tornado.api.exceptions.TornadoOutOfMemoryException;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/** What one graph of a plan has on the device: its own arrays, and those it took over. */
final class DeviceMemory {
  private final IdentityHashMap<TornadoNativeArray, DeviceArray> own = new IdentityHashMap<>();
  private final IdentityHashMap<TornadoNativeArray, DeviceArray> consumed = new IdentityHashMap<>();
  private Arena arena;
  private long bytes;

  /** The device's copy of a host array, or null if there is none. */
  DeviceArray find(Object host) {
    DeviceArray array = consumed.get(host);
    return array != null ? array : own.get(host);
  }

  /** The arrays that this graph has allocated. */
  Collection<DeviceArray> own() {
    return own.values();
  }

  void consume(TornadoNativeArray host, DeviceArray array) {
    consumed.put(host, array);
  }

  /**
   * Makes room for a host array unless there is a copy of it already.
   *
   * @throws TornadoMemoryException if the graph then has more than {@code limit} bytes
   * @throws TornadoOutOfMemoryException if the device has no more
   */
  void allocate(TornadoNativeArray host, String name, long limit) {
    if (find(host) != null) {
      return;
    }
    long size = DeviceArray.bytes(host);
    if (bytes + size > limit) {
      throw new TornadoMemoryException(
          name + " needs " + size + " bytes, but the plan's memory limit is " + limit + " bytes");
    }
    EmulatedDevice.DEVICE.reserve(size, name);
    bytes += size;
    if (arena == null) {
      arena = Arena.ofShared();
    }
    own.put(host, new DeviceArray(host, name, DeviceArray.describe(host), arena));
  }

  /** Bytes that the graph has allocated. */
  long bytes() {
    return bytes;
  }

  /** Gives everything back. */
  void free() {
    own.clear();
    consumed.clear();
    if (arena != null) {
      arena.close();
      arena = null;
    }
    EmulatedDevice.DEVICE.release(bytes);
    bytes = 0;
  }
}
