package uk.ac.manchester.tornado.api.common;

import uk.ac.manchester.tornado.api.TornadoDeviceContext;
import uk.ac.manchester.tornado.api.TornadoTargetDevice;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;

/** Something that runs tasks. Sizes are in bytes. */
public interface TornadoDevice {
  /** A short name. */
  String getDeviceName();

  /** A longer name. */
  String getDescription();

  /** The driver that the device was found in. */
  String getPlatformName();

  /** The kind of hardware. */
  TornadoDeviceType getDeviceType();

  /** The type of the device's backend. */
  TornadoVMBackendType getTornadoVMBackend();

  /** The index of the device's backend. */
  int getBackendIndex();

  /** What the driver says about the hardware. */
  TornadoTargetDevice getPhysicalDevice();

  /** What the backend says about the device. */
  TornadoDeviceContext getDeviceContext();

  /** Number of processors; 0 if that is not known. */
  default int getAvailableProcessors() {
    return 0;
  }

  /** Size of the largest buffer. */
  long getMaxAllocMemory();

  /** Size of device memory. */
  long getMaxGlobalMemory();

  /** Local memory of a work-group. */
  long getDeviceLocalMemorySize();

  /** Most work-items of a group in x, y and z. */
  long[] getDeviceMaxWorkgroupDimensions();

  /** The version of OpenCL C, where there is one. */
  String getDeviceOpenCLCVersion();
}
