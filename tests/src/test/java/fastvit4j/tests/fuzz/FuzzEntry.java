package fastvit4j.tests.fuzz;

/** What Jazzer calls, in a JVM of its own; its argument is the target's name. */
public final class FuzzEntry {
  private static FuzzTarget target;

  private FuzzEntry() {}

  /** Called once, before the first input. */
  public static void fuzzerInitialize(String[] arguments) {
    target = FuzzTarget.valueOf(arguments[0]);
  }

  /** Called for every input. */
  public static void fuzzerTestOneInput(byte[] input) {
    FuzzLimits.check(target, input);
  }
}
