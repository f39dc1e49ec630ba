package fastvit4j.runtime;

import fastvit4j.model.Nearest;
import fastvit4j.model.UserException;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/**
 * The devices of this machine. Families are asked in order, GPUs before the processor; why
 * something was passed over is kept with what was found.
 */
public final class Devices {
  private static final List<String> ORDER = List.of("tornado", "cpu", "emulator");

  private Devices() {}

  /** Everything that the families found, in their order. */
  public static List<DeviceProvider.Found> find() {
    return Holder.FOUND;
  }

  /** All usable devices, the best first. */
  public static List<Device> all() {
    return find().stream().flatMap(found -> found.devices().stream()).toList();
  }

  /** The best device: a GPU where there is one, else the processor. */
  public static Device best() {
    return all().stream()
        .findFirst()
        .orElseThrow(() -> new DeviceException("no device was found: " + passedOver(), null));
  }

  /**
   * The device of a name, or the best one for {@code auto}.
   *
   * @throws UserException if there is none; the message names the nearest ones
   */
  public static Device named(String name) {
    if (name.equals("auto")) {
      return best();
    }
    List<String> names = new ArrayList<>();
    for (Device device : all()) {
      if (device.name().equals(name)) {
        return device;
      }
      names.add(device.name());
    }
    names.add("auto");
    String family = name.split(":", 2)[0];
    String why = ORDER.contains(family) ? passedOver() : "";
    throw new UserException(
        "no device " + name + ": " + Nearest.hint(name, names) + (why.isEmpty() ? "" : "; " + why));
  }

  private static String passedOver() {
    return String.join("; ", find().stream().flatMap(f -> f.passedOver().stream()).toList());
  }

  /** Looked up once, when first asked for. */
  private static final class Holder {
    static final List<DeviceProvider.Found> FOUND =
        ServiceLoader.load(DeviceProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .sorted((a, b) -> Integer.compare(rank(a), rank(b)))
            .map(DeviceProvider::find)
            .toList();

    private static int rank(DeviceProvider provider) {
      int rank = ORDER.indexOf(provider.family());
      return rank < 0 ? ORDER.size() : rank;
    }
  }
}
