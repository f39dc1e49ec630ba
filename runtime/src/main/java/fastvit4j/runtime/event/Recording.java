package fastvit4j.runtime.event;

/**
 * Whether events may be recorded at all. The first event of a process brings Java Flight Recorder
 * up, which takes time: the launcher forgoes events where a command runs a network once.
 */
public final class Recording {
  /** System property: {@code false} if there are to be no events. */
  public static final String PROPERTY = "fastvit4j.events";

  /** False if {@value #PROPERTY} is. */
  public static final boolean POSSIBLE = !"false".equals(System.getProperty(PROPERTY));

  private Recording() {}
}
