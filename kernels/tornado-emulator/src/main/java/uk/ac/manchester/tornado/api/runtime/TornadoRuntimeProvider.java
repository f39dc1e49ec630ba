package uk.ac.manchester.tornado.api.runtime;

import fastvit4j.emulator.EmulatedRuntime;
import uk.ac.manchester.tornado.api.TornadoRuntime;

/** Where an application finds the runtime. */
public class TornadoRuntimeProvider {
  private TornadoRuntimeProvider() {}

  /** The runtime that is on the run path. */
  public static TornadoRuntime getTornadoRuntime() {
    return EmulatedRuntime.RUNTIME;
  }
}
