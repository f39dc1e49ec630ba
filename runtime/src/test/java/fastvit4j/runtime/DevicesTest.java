package fastvit4j.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.graph.Graph;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What {@code auto} stands for. */
final class DevicesTest {
  private static final Described INTEGRATED = new Described("tornado:opencl:0", true, 2L << 30);
  private static final Described CARD = new Described("tornado:opencl:1", true, 16L << 30);
  private static final Described TWIN = new Described("tornado:opencl:2", true, 16L << 30);
  private static final Described POCL = new Described("tornado:opencl:3", false, 64L << 30);
  private static final Described CPU = new Described("cpu", false, 64L << 30);
  private static final Described EMULATOR = new Described("emulator", false, 64L << 30);

  @Test
  void takesTheGpuWithTheMostMemory() {
    assertEquals(CARD, best(List.of(List.of(POCL, INTEGRATED, CARD, TWIN), List.of(CPU))));
  }

  @Test
  void takesTheProcessorWhereNoGpuIs() {
    assertEquals(CPU, best(List.of(List.of(POCL), List.of(CPU), List.of(EMULATOR))));
    assertEquals(CPU, best(List.of(List.of(), List.of(CPU))));
  }

  @Test
  void takesWhatThereIs() {
    assertEquals(EMULATOR, best(List.of(List.of(), List.of(EMULATOR))));
    assertTrue(Devices.best(Stream.of()).isEmpty());
  }

  @Test
  void asksNoFamilyAfterTheOneThatHasIt() {
    Stream<DeviceProvider.Found> families =
        Stream.of(List.<Device>of(CARD), List.<Device>of(CPU))
            .map(
                devices -> {
                  assertTrue(devices.contains(CARD), "the processor was looked for");
                  return new DeviceProvider.Found(devices, List.of());
                });
    assertEquals(CARD, Devices.best(families).orElseThrow());
  }

  private static Device best(List<List<Device>> families) {
    return Devices.best(families.stream().map(f -> new DeviceProvider.Found(f, List.of())))
        .orElseThrow();
  }

  private record Described(String name, boolean isGpu, long memory) implements Device {
    @Override
    public String description() {
      return name;
    }

    @Override
    public SequencedMap<String, Object> properties() {
      return new LinkedHashMap<>(Map.of("memory_bytes", memory));
    }

    @Override
    public Session compile(Graph graph, SessionOptions options) {
      throw new AssertionError("choosing a device compiles nothing");
    }
  }
}
