package fastvit4j.emulator;

/**
 * A kernel or a task graph did something that is wrong on some device, whether or not it shows on
 * this one. The message is one line that names the task, the buffer and the index.
 */
public final class KernelFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The kinds of mistakes that the emulator looks for. */
  public enum Kind {
    /** An index below 0, or not below the number of elements. */
    OUT_OF_BOUNDS,
    /** A read of an element that nothing wrote. */
    UNWRITTEN,
    /** Two work-items of one launch meet at an element without a barrier between them. */
    RACE,
    /** A barrier that not every work-item of the group reaches, or a step of a warp, likewise. */
    BARRIER,
    /** A transfer that is missing, misplaced or impossible. */
    TRANSFER,
    /** A grid that does not fit its task or the device. */
    GRID,
    /** Something that TornadoVM does not compile, or that the emulator does not know. */
    UNSUPPORTED
  }

  private final Kind kind;
  private final String task;
  private final String buffer;
  private final int index;

  KernelFault(Kind kind, String task, String buffer, int index, String message) {
    super(message);
    this.kind = kind;
    this.task = task;
    this.buffer = buffer;
    this.index = index;
  }

  KernelFault(Kind kind, String task, String message) {
    this(kind, task, "", -1, message);
  }

  /** What went wrong. */
  public Kind kind() {
    return kind;
  }

  /** Full name of the task, {@code graph.task}, or of the graph if no single task is at fault. */
  public String task() {
    return task;
  }

  /** Name of the array at fault as the kernel calls it, or an empty string. */
  public String buffer() {
    return buffer;
  }

  /** Index of the element at fault, or -1. */
  public int index() {
    return index;
  }
}
