package fastvit4j.runtime;

import fastvit4j.model.Nearest;
import fastvit4j.model.UserException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The devices of this machine, by family: {@code tornado}, {@code cpu}, {@code emulator}. A family
 * is asked once, when a device of it may be wanted; why something was passed over is kept with what
 * was found.
 */
public final class Devices {
  private static final List<String> ORDER = List.of("tornado", "cpu", "emulator");
  private static final ConcurrentMap<String, DeviceProvider.Found> FOUND =
      new ConcurrentHashMap<>();

  private Devices() {}

  /** What every family found, in their order. */
  public static List<DeviceProvider.Found> find() {
    return Holder.PROVIDERS.stream().map(Devices::find).toList();
  }

  /** All usable devices, in the order of their families. */
  public static List<Device> all() {
    return find().stream().flatMap(found -> found.devices().stream()).toList();
  }

  /** The best device: the GPU with the most memory, else the processor. */
  public static Device best() {
    return best(Holder.PROVIDERS.stream().map(Devices::find))
        .orElseThrow(() -> new DeviceException("no device was found: " + passedOver(), null));
  }

  /**
   * The best of families that are found one by one: of a family's GPUs that with the most memory,
   * which prefers a card of its own to a part of the processor, and of those alike the first; else
   * the processor; else whatever there is.
   */
  static Optional<Device> best(Stream<DeviceProvider.Found> families) {
    Device first = null;
    for (DeviceProvider.Found found : (Iterable<DeviceProvider.Found>) families::iterator) {
      Optional<Device> gpu =
          found.devices().stream()
              .filter(Device::isGpu)
              .reduce((best, other) -> memory(other) > memory(best) ? other : best);
      if (gpu.isPresent()) {
        return gpu;
      }
      for (Device device : found.devices()) {
        if (device.name().equals("cpu")) {
          return Optional.of(device);
        }
        first = first == null ? device : first;
      }
    }
    return Optional.ofNullable(first);
  }

  private static long memory(Device device) {
    return device.properties().get("memory_bytes") instanceof Number bytes ? bytes.longValue() : 0;
  }

  /**
   * The device of a name, or the best one for {@code auto}. Only the family that the name begins
   * with is asked, unless it has no such device.
   *
   * @throws UserException if there is none; the message names the nearest ones, and why the family
   *     has passed over others
   */
  public static Device named(String name) {
    if (name.equals("auto")) {
      return best();
    }
    String family = name.split(":", 2)[0];
    for (DeviceProvider provider : Holder.PROVIDERS) {
      if (provider.family().equals(family)) {
        for (Device device : find(provider).devices()) {
          if (device.name().equals(name)) {
            return device;
          }
        }
      }
    }
    List<String> names = new ArrayList<>(all().stream().map(Device::name).toList());
    names.add("auto");
    String why =
        Holder.PROVIDERS.stream()
            .filter(provider -> provider.family().equals(family))
            .flatMap(provider -> find(provider).passedOver().stream())
            .collect(Collectors.joining("; "));
    throw new UserException(
        "no device " + name + ": " + Nearest.hint(name, names) + (why.isEmpty() ? "" : "; " + why));
  }

  /**
   * Begins to look for a device that will be asked for by name, while the caller does something
   * else: the runtime of a GPU may take a third of a second to start. What goes wrong shows when it
   * is asked for.
   */
  public static void prepare(String name) {
    if (!name.startsWith("cpu")) {
      Thread.ofPlatform().daemon().name("fastvit4j-devices").start(() -> prepareNow(name));
    }
  }

  private static void prepareNow(String name) {
    try {
      named(name);
    } catch (RuntimeException _) {
      return;
    }
  }

  private static DeviceProvider.Found find(DeviceProvider provider) {
    return FOUND.computeIfAbsent(provider.family(), _ -> provider.find());
  }

  private static String passedOver() {
    return String.join("; ", find().stream().flatMap(f -> f.passedOver().stream()).toList());
  }

  /** Looked up once, when first asked for. */
  private static final class Holder {
    static final List<DeviceProvider> PROVIDERS =
        ServiceLoader.load(DeviceProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .sorted((a, b) -> Integer.compare(rank(a), rank(b)))
            .toList();

    private static int rank(DeviceProvider provider) {
      int rank = ORDER.indexOf(provider.family());
      return rank < 0 ? ORDER.size() : rank;
    }
  }
}
