package uk.ac.manchester.tornado.api.enums;

/** The kind of hardware behind a device. */
public enum TornadoDeviceType {
  /** Not known. */
  UNKNOWN,
  /** A processor. */
  CPU,
  /** A graphics processor. */
  GPU,
  /** Some other accelerator. */
  ACCELERATOR,
  /** None of the other kinds. */
  CUSTOM
}
