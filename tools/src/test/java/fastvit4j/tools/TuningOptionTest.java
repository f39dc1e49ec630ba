package fastvit4j.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import fastvit4j.runtime.Device;
import fastvit4j.runtime.Devices;
import fastvit4j.runtime.tornado.Tuning;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class TuningOptionTest {
  private static final String DEVICE = "emulator";

  /** A device keeps what tuning found with it; without, it is another one. */
  @Test
  void givesTheDeviceWithoutWhatTuningFound() {
    TuningOption tuned = new TuningOption();
    assertSame(Devices.named(DEVICE), tuned.device(DEVICE));
    TuningOption untuned = new TuningOption();
    new CommandLine(
            CommandLine.Model.CommandSpec.wrapWithoutInspection(this)
                .addMixin("t", CommandLine.Model.CommandSpec.forAnnotatedObject(untuned)))
        .parseArgs("--no-tuning");
    Device device = untuned.device(DEVICE);
    assertNotSame(Devices.named(DEVICE), device);
    assertEquals(Optional.of(0), Tuning.inUse(device));
    assertSame(Devices.named("cpu"), untuned.device("cpu"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"classify", "eval", "run", "profile", "bench", "kernels", "verify"})
  void everyCommandThatRunsNetworksHasIt(String command) {
    Run run = Run.of(command, "--help");
    assertEquals(0, run.status());
    assertEquals(
        1,
        run.out().lines().filter(line -> line.strip().startsWith("--no-tuning")).count(),
        run.out());
  }
}
