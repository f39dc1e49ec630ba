package uk.ac.manchester.tornado.api;

import java.util.List;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;

/** The devices that kernels are compiled for in one and the same way. */
public interface TornadoBackend {
  /** The backend's name, for people. */
  String getName();

  /** What kernels are compiled to. */
  TornadoVMBackendType getBackendType();

  /** Number of devices. */
  int getNumDevices();

  /** Number of drivers that devices were found in. */
  int getNumPlatforms();

  /** A device by its index. */
  TornadoDevice getDevice(int index);

  /** All devices. */
  List<TornadoDevice> getAllDevices();

  /** The device that tasks run on unless told otherwise. */
  TornadoDevice getDefaultDevice();

  /** The kind of {@link #getDefaultDevice()}. */
  TornadoDeviceType getTypeDefaultDevice();
}
