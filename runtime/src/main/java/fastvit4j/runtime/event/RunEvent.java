package fastvit4j.runtime.event;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** One run of a session, for Java Flight Recorder. */
@Name("fastvit4j.Run")
@Label("Run")
@Category("FastViT4J")
@StackTrace(false)
public final class RunEvent extends Event {
  /** The device. */
  @Label("Device")
  public String device;

  /** The network. */
  @Label("Network")
  public String network;

  /** The input's shape. */
  @Label("Input")
  public String input;
}
