package fastvit4j.runtime.tornado;

import fastvit4j.runtime.DeviceProvider;
import java.util.List;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;

/** The emulator of TornadoVM, wherever its classes and not an SDK's provide TornadoVM's API. */
public final class EmulatorProvider implements DeviceProvider {
  @Override
  public String family() {
    return "emulator";
  }

  @Override
  public Found find() {
    try {
      if (TornadoRuntimes.isReal()) {
        return new Found(
            List.of(), List.of("emulator: this JVM was started with a TornadoVM SDK in its place"));
      }
      return new Found(
          List.of(
              TornadoRuntimes.device(
                  family(), TornadoRuntimeProvider.getTornadoRuntime().getBackend(0).getDevice(0))),
          List.of());
    } catch (NoClassDefFoundError e) {
      return new Found(List.of(), List.of("emulator: its jar is not on the class path"));
    }
  }
}
