package uk.ac.manchester.tornado.api.enums;

/** The language that a backend compiles kernels to. */
public enum TornadoVMBackendType {
  /** OpenCL C. */
  OPENCL,
  /** NVIDIA's PTX (until TornadoVM 5.2). */
  PTX,
  /** CUDA C. */
  CUDA,
  /** None: kernels run on the JVM. The emulator, and only it, is a backend of this type. */
  JAVA
}
