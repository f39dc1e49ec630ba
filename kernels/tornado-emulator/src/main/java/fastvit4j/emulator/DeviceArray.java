package fastvit4j.emulator;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/** A device's copy of a host array. */
final class DeviceArray {
  private final TornadoNativeArray host;
  private final TornadoNativeArray view;
  private final ShadowMemory shadow;
  private boolean transferred;
  private boolean untouched;

  DeviceArray(TornadoNativeArray host, String name, String description, Arena arena) {
    this.host = host;
    MemorySegment segment = arena.allocate(bytes(host), 8);
    shadow = new ShadowMemory(host.getSize(), name, description, "no transfer and no task wrote");
    view = ApiAccess.view(host, segment, shadow);
  }

  /** Bytes that an array takes on a device. */
  static long bytes(TornadoNativeArray host) {
    return host.getNumBytesOfSegmentWithHeader();
  }

  /** For messages: what the array is. */
  static String describe(TornadoNativeArray host) {
    return host.getClass().getSimpleName() + " of " + host.getSize() + " elements";
  }

  String description() {
    return describe(host);
  }

  int size() {
    return host.getSize();
  }

  long bytes() {
    return bytes(host);
  }

  /** What kernels see. */
  TornadoNativeArray view() {
    return view;
  }

  ShadowMemory shadow() {
    return shadow;
  }

  /** Whether {@link #fromHost()} was ever called. */
  boolean isTransferred() {
    return transferred;
  }

  void fromHost() {
    view.getSegment().copyFrom(host.getSegment());
    shadow.fill();
    transferred = true;
    untouched = true;
  }

  /** A launch that had the array as an argument has ended. */
  void endLaunch() {
    if (untouched) {
      shadow.endFirstLaunch();
      untouched = false;
    }
  }

  void toHost() {
    host.getSegment().copyFrom(view.getSegment());
  }
}
