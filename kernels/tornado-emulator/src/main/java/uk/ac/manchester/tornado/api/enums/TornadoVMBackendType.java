package uk.ac.manchester.tornado.api.enums;

/** The language that a backend compiles kernels to: those that every version of TornadoVM has. */
public enum TornadoVMBackendType {
  /** OpenCL C. */
  OPENCL,
  /** CUDA C. */
  CUDA,
  /** None: kernels run on the JVM. The emulator, and only it, is a backend of this type. */
  JAVA
}
