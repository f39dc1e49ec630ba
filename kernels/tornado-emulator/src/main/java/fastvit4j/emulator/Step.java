package fastvit4j.emulator;

import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/** A thing that a graph does, in the order in which it was told to. */
sealed interface Step {
  /** A copy to the device, in the first or every execution. */
  record TransferToDevice(int mode, TornadoNativeArray array) implements Step {}

  /** A copy to the host, in every execution or on demand. */
  record TransferToHost(int mode, TornadoNativeArray array) implements Step {}

  /** An array stays on the device for the graph that is executed next. */
  record Persist(TornadoNativeArray array) implements Step {}

  /** An array is taken over from the graph that was executed last; its name may be null. */
  record Consume(String graph, TornadoNativeArray array) implements Step {}

  /** A kernel runs. */
  record Run(KernelTask task) implements Step {}
}
