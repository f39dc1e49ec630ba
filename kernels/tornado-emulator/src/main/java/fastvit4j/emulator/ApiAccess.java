package fastvit4j.emulator;

import java.lang.foreign.MemorySegment;
import java.util.function.Function;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * What the emulator needs of the API's classes beyond the API: they register it here when they are
 * initialised, so that it is public in neither.
 */
public final class ApiAccess {
  private static DeviceViews deviceViews;
  private static Function<ItemPosition, KernelContext> contexts;

  private ApiAccess() {}

  /** Makes a kernel's instance of an array. */
  @FunctionalInterface
  public interface DeviceViews {
    /** An array of the same class as {@code host} over the device's copy of it. */
    TornadoNativeArray view(TornadoNativeArray host, MemorySegment device, ShadowMemory shadow);
  }

  /** Called by the arrays' base class. */
  public static void deviceViews(DeviceViews views) {
    deviceViews = views;
  }

  /** Called by {@link KernelContext}. */
  public static void contexts(Function<ItemPosition, KernelContext> constructor) {
    contexts = constructor;
  }

  static TornadoNativeArray view(
      TornadoNativeArray host, MemorySegment device, ShadowMemory shadow) {
    return deviceViews.view(host, device, shadow);
  }

  static KernelContext context(ItemPosition position) {
    return contexts.apply(position);
  }
}
