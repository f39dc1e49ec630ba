package fastvit4j.runtime.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import fastvit4j.kernels.cpu.CpuKernelsProvider;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.Devices;
import org.junit.jupiter.api.Test;

class CpuRoofTest {
  @Test
  void aProcessorWithVectorsHasAPeakAndABandwidthOfEachSize() {
    assumeFalse(CpuKernelsProvider.widths().isEmpty(), "there is no vector code here");
    Device cpu = new CpuDevice(CpuKernelsProvider.ofWidth(CpuKernelsProvider.widths().getFirst()));
    CpuRoof roof = CpuRoof.of(cpu, 1).orElseThrow();
    // More than any scalar loop in an interpreter does, less than any core.
    assertTrue(roof.operationsPerSecond() > 1e7, roof.operationsPerSecond() + " a second");
    assertTrue(roof.operationsPerSecond() < 1e13, roof.operationsPerSecond() + " a second");
    double small = roof.bytesPerSecond(70_000);
    assertTrue(small > 1e6 && small < 1e14, small + " bytes a second");
    assertEquals(small, roof.bytesPerSecond(128 << 10), "a size is measured once, rounded up");
  }

  @Test
  void whatHasNoVectorsHasNone() {
    assertTrue(CpuRoof.of(new CpuDevice(CpuKernelsProvider.loops()), 0).isEmpty());
    assertTrue(CpuRoof.of(Devices.named("emulator"), 0).isEmpty());
  }
}
