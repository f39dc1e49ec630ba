package uk.ac.manchester.tornado.api;

import fastvit4j.emulator.ExecutionTimes;

/** What an execution took; times are in nanoseconds. */
public class TornadoProfilerResult {
  private final ExecutionTimes times;

  TornadoProfilerResult(ExecutionTimes times) {
    this.times = times;
  }

  /** From begin to end. */
  public long getTotalTime() {
    return times.total();
  }

  /** Running kernels. */
  public long getDeviceKernelTime() {
    return times.kernels();
  }

  /** Copying to the device. */
  public long getDeviceWriteTime() {
    return times.writing();
  }

  /** Copying to the host. */
  public long getDeviceReadTime() {
    return times.reading();
  }

  /** Copying both ways. */
  public long getDataTransfersTime() {
    return times.writing() + times.reading();
  }

  /** Compiling kernels; the emulator does not. */
  public long getCompileTime() {
    return 0;
  }

  /** Compiling bytecode to the language of the backend; the emulator does not. */
  public long getTornadoCompilerTime() {
    return 0;
  }

  /** Compiling in the driver; the emulator does not. */
  public long getDriverInstallTime() {
    return 0;
  }

  /** Enqueueing kernels; the emulator does not. */
  public long getKernelDispatchTime() {
    return 0;
  }

  /** Enqueueing copies; the emulator does not. */
  public long getDataTransferDispatchTime() {
    return 0;
  }

  /** Bytes copied to the device. */
  public long getTotalBytesCopyIn() {
    return times.bytesIn();
  }

  /** Bytes copied to the host. */
  public long getTotalBytesCopyOut() {
    return times.bytesOut();
  }

  /** Bytes copied both ways. */
  public long getTotalBytesTransferred() {
    return times.bytesIn() + times.bytesOut();
  }

  /** Bytes of device memory. */
  public long getTotalDeviceMemoryUsage() {
    return times.memory();
  }

  /** Everything, as JSON. */
  public String getProfileLog() {
    return times.json();
  }
}
