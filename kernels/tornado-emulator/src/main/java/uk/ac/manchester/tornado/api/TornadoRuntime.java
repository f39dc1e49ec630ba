package uk.ac.manchester.tornado.api;

import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;

/** The backends that an application can run tasks on. */
public interface TornadoRuntime {
  /** Number of backends. */
  int getNumBackends();

  /** A backend by its index. */
  TornadoBackend getBackend(int index);

  /** The type of a backend by its index. */
  TornadoVMBackendType getBackendType(int index);

  /** The device that tasks run on unless told otherwise. */
  TornadoDevice getDefaultDevice();
}
