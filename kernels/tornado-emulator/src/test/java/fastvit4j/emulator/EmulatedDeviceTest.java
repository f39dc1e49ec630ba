package fastvit4j.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.TornadoBackend;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;
import uk.ac.manchester.tornado.api.exceptions.TornadoBackendNotFound;
import uk.ac.manchester.tornado.api.exceptions.TornadoDeviceNotFound;
import uk.ac.manchester.tornado.api.exceptions.TornadoOutOfMemoryException;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

class EmulatedDeviceTest {
  private static void touch(FloatArray x) {
    for (int i = 0; i < x.getSize(); i++) {
      x.set(i, 1);
    }
  }

  private static Plan plan(FloatArray x) {
    GraphSteps graph = new GraphSteps("g");
    graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, x);
    KernelCall kernel = a -> touch((FloatArray) a[0]);
    graph.task("t", kernel, kernel, new Object[] {x});
    return new Plan(List.of(graph.snapshot()));
  }

  @Test
  void deviceMemoryEndsAndComesBack() {
    long free = 1000;
    FloatArray x = new FloatArray(100); // 416 bytes with the header
    EmulatedDevice device = EmulatedDevice.DEVICE;
    device.reserve(device.getMaxGlobalMemory() - free, "the test");
    Plan first = plan(x);
    Plan second = plan(x);
    Plan third = plan(x);
    try {
      first.execute();
      second.execute();
      TornadoOutOfMemoryException e =
          assertThrows(TornadoOutOfMemoryException.class, third::execute);
      assertTrue(e.getMessage().contains("needs 416 bytes"), e.getMessage());
      first.close();
      third.execute();
      assertEquals(416, third.bytes());
    } finally {
      second.close();
      third.close();
      device.release(device.getMaxGlobalMemory() - free);
    }
  }

  @Test
  void thereIsOneBackendWithOneDevice() {
    assertEquals(1, TornadoRuntimeProvider.getTornadoRuntime().getNumBackends());
    TornadoBackend backend = TornadoRuntimeProvider.getTornadoRuntime().getBackend(0);
    assertEquals(TornadoVMBackendType.JAVA, backend.getBackendType());
    assertEquals(1, backend.getNumDevices());
    TornadoDevice device = backend.getDevice(0);
    assertEquals("emulator", device.getDeviceName());
    assertEquals(
        device.getMaxGlobalMemory(), device.getPhysicalDevice().getDeviceGlobalMemorySize());
    assertThrows(TornadoDeviceNotFound.class, () -> backend.getDevice(1));
    assertThrows(
        TornadoBackendNotFound.class,
        () -> TornadoRuntimeProvider.getTornadoRuntime().getBackend(-1));
  }
}
