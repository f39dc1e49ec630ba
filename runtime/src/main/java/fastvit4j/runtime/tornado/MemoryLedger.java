package fastvit4j.runtime.tornado;

import java.util.HashMap;
import java.util.Map;

/**
 * What the plans of this process hold on each device, by the device's name: TornadoVM's API does
 * not tell, and drivers that are asked for more than they have fail where TornadoVM does not look.
 */
final class MemoryLedger {
  private static final Map<String, Long> HELD = new HashMap<>();

  private MemoryLedger() {}

  /**
   * Books what a plan needs.
   *
   * @throws fastvit4j.runtime.DeviceException if there is not as much
   */
  static void take(TornadoDevice device, MemoryNeeds needs, long limit, String what) {
    synchronized (HELD) {
      long held = HELD.getOrDefault(device.name(), 0L);
      needs.require(device.traits(), limit, held, what);
      HELD.put(device.name(), held + needs.total());
    }
  }

  /** Bytes that plans hold on a device. */
  static long held(TornadoDevice device) {
    synchronized (HELD) {
      return HELD.getOrDefault(device.name(), 0L);
    }
  }

  /** Takes a booking back. */
  static void giveBack(TornadoDevice device, MemoryNeeds needs) {
    synchronized (HELD) {
      HELD.merge(device.name(), -needs.total(), Long::sum);
    }
  }
}
