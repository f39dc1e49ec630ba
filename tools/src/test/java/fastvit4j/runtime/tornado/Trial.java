package fastvit4j.runtime.tornado;

import fastvit4j.runtime.Device;
import java.util.List;

/** Candidates for tests that no registry has. */
public final class Trial {
  private Trial() {}

  /**
   * The same device with ways to compute a matrix product that are always the first to be done: one
   * that is wrong ({@code wrong}), as it knows no bias, and one that cannot be launched ({@code
   * broken}).
   */
  public static Device withBadProducts(Device device) {
    TornadoDevice tornado = (TornadoDevice) device;
    Candidate wrong =
        Candidate.of("Linear", Kernel.ACTIVATION)
            .named("wrong")
            .able((p, _) -> p.inChannels() == p.outChannels())
            .never("it copies")
            .lowered(
                (tasks, p) ->
                    tasks.add(
                        Kernel.ACTIVATION,
                        LaunchGrid.loops(p.input().elements()),
                        TaskList.value(tasks.input()),
                        TaskList.value(tasks.output()),
                        p.input().elements(),
                        0));
    Candidate broken =
        Candidate.of("Linear", Kernel.ACTIVATION)
            .named("broken")
            .never("it fails")
            .lowered(
                (_, _) -> {
                  throw new IllegalStateException("no such grid");
                });
    return tornado.with(tornado.traits().trying(List.of(wrong, broken)));
  }

  /** What is chosen by tuning for a device's problem, or null. */
  public static String tuned(Device device, String text) {
    return ((TornadoDevice) device).traits().tuned().names().get(text);
  }
}
