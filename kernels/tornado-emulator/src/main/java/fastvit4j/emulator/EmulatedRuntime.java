package fastvit4j.emulator;

import java.util.List;
import uk.ac.manchester.tornado.api.TornadoBackend;
import uk.ac.manchester.tornado.api.TornadoRuntime;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;
import uk.ac.manchester.tornado.api.exceptions.TornadoBackendNotFound;
import uk.ac.manchester.tornado.api.exceptions.TornadoDeviceNotFound;

/** One backend with one device, the emulator. */
public final class EmulatedRuntime implements TornadoRuntime, TornadoBackend {
  /** The only one. */
  public static final EmulatedRuntime RUNTIME = new EmulatedRuntime();

  private EmulatedRuntime() {}

  @Override
  public int getNumBackends() {
    return 1;
  }

  @Override
  public TornadoBackend getBackend(int index) {
    if (index != 0) {
      throw new TornadoBackendNotFound("the emulator is backend 0; there is no backend " + index);
    }
    return this;
  }

  @Override
  public TornadoVMBackendType getBackendType(int index) {
    return getBackend(index).getBackendType();
  }

  @Override
  public TornadoDevice getDefaultDevice() {
    return EmulatedDevice.DEVICE;
  }

  @Override
  public int getNumDevices() {
    return 1;
  }

  @Override
  public int getNumPlatforms() {
    return 1;
  }

  @Override
  public TornadoDevice getDevice(int index) {
    if (index != 0) {
      throw new TornadoDeviceNotFound("the emulator is device 0; there is no device " + index);
    }
    return EmulatedDevice.DEVICE;
  }

  @Override
  public List<TornadoDevice> getAllDevices() {
    return List.of(EmulatedDevice.DEVICE);
  }

  @Override
  public TornadoDeviceType getTypeDefaultDevice() {
    return EmulatedDevice.DEVICE.getDeviceType();
  }

  @Override
  public String getName() {
    return "Emulator";
  }

  @Override
  public TornadoVMBackendType getBackendType() {
    return EmulatedDevice.DEVICE.getTornadoVMBackend();
  }
}
