package uk.ac.manchester.tornado.api;

/** What a driver says about a device. Sizes are in bytes. */
public interface TornadoTargetDevice {
  /** The hardware's name. */
  String getDeviceName();

  /** Size of device memory. */
  long getDeviceGlobalMemorySize();

  /** Local memory of a work-group. */
  long getDeviceLocalMemorySize();

  /** Number of cores or multiprocessors. */
  int getDeviceMaxComputeUnits();

  /** Most work-items of a group in x, y and z. */
  long[] getDeviceMaxWorkItemSizes();

  /** Most work-items of a group. */
  long[] getDeviceMaxWorkGroupSize();

  /** Most work-items of a group. */
  int getMaxThreadsPerBlock();

  /** Clock frequency in MHz; 0 if that is not known. */
  int getDeviceMaxClockFrequency();

  /** Size of the largest constant buffer. */
  long getDeviceMaxConstantBufferSize();

  /** Size of the largest buffer. */
  long getDeviceMaxAllocationSize();

  /** All that the driver says, in words. */
  String getDeviceInfo();
}
