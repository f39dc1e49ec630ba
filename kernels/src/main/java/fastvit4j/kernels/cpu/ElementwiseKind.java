package fastvit4j.kernels.cpu;

/** What an elementwise operator computes before its epilogue. */
public enum ElementwiseKind {
  /** The input itself. */
  IDENTITY("copy", 1),
  /** The sum of two inputs. */
  ADD("sum", 2),
  /** The first input minus the second. */
  SUBTRACT("difference", 2);

  private final String kernelName;
  private final int inputs;

  ElementwiseKind(String kernelName, int inputs) {
    this.kernelName = kernelName;
    this.inputs = inputs;
  }

  /** For people. */
  public String kernelName() {
    return kernelName;
  }

  /** What a kernel of this kind over so many elements needs. */
  public CpuKernel.Footprint footprint(long elements, Epilogue epilogue, long scratchBytes) {
    long bytes = 4 * elements;
    return new CpuKernel.Footprint(
        bytes, inputs == 2 ? bytes : 0, epilogue.residual() ? bytes : 0, bytes, 0, scratchBytes);
  }
}
