package uk.ac.manchester.tornado.api;

/** What a backend says about a device. */
public interface TornadoDeviceContext {
  /** The device's name. */
  String getDeviceName();

  /** The device's index in its backend. */
  int getDeviceIndex();

  /** The backend's index. */
  int getDriverIndex();

  /** Whether kernels may use float64. */
  boolean isFP64Supported();
}
