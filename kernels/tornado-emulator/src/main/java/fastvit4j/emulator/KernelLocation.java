package fastvit4j.emulator;

/** The line of a kernel that is running. */
final class KernelLocation {
  private static final String ENGINE = KernelLocation.class.getPackageName();

  private KernelLocation() {}

  /**
   * The innermost line that is neither the emulator's nor TornadoVM's, as {@code , at A.java:1}.
   */
  static String here() {
    return StackWalker.getInstance()
        .walk(frames -> frames.filter(f -> isKernel(f.getClassName())).findFirst())
        .map(f -> ", at " + f.getFileName() + ":" + f.getLineNumber())
        .orElse("");
  }

  /** Whether a class may be a kernel's, and not part of the emulator or of TornadoVM's API. */
  static boolean isKernel(String className) {
    int dot = className.lastIndexOf('.');
    return !(dot > 0 && className.substring(0, dot).equals(ENGINE))
        && !className.startsWith("uk.ac.manchester.tornado.")
        && !className.startsWith("java.")
        && !className.startsWith("jdk.");
  }
}
