package fastvit4j.tools;

import fastvit4j.runtime.Device;
import fastvit4j.runtime.tornado.TunedCase;
import fastvit4j.runtime.tornado.Tuning;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** Shows what tuning found. */
final class TuneReport {
  private final Terminal terminal;
  private final Device device;
  private final Tuning tuning;

  TuneReport(Terminal terminal, Device device, Tuning tuning) {
    this.terminal = terminal;
    this.device = device;
    this.tuning = tuning;
  }

  /**
   * A table of the cases.
   *
   * @param kept how many of them were found before
   * @param left how many are still to be measured
   */
  void print(List<TunedCase> cases, int kept, int left) {
    terminal.out().println(terminal.bold(device.name()) + "  " + device.description());
    terminal.out().println("results in " + tuning.file());
    terminal.out().println();
    Table table =
        new Table()
            .text("STEP")
            .text("DEFAULT")
            .number("µs")
            .text("FASTEST")
            .number("µs")
            .number("GAIN");
    for (TunedCase one : cases) {
      table.row(
          one.shown(),
          one.standard(),
          micros(one.standardNanos()),
          one.isGain() ? one.winner() : "the same",
          micros(one.nanos()),
          one.isGain() ? Text.number(one.standardNanos() / one.nanos(), 2) + "x" : "");
    }
    table.print(terminal);
    terminal.out().println();
    for (TunedCase one : cases) {
      one.failures()
          .forEach(
              (name, reason) ->
                  terminal
                      .out()
                      .println("not usable: " + name + " for " + one.shown() + ": " + reason));
    }
    long gains = cases.stream().filter(TunedCase::isGain).count();
    terminal
        .out()
        .println(
            cases.size()
                + " steps and sequences tuned"
                + (kept > 0 ? ", " + kept + " of them before" : "")
                + "; "
                + gains
                + " get another kernel than by default"
                + (left > 0 ? "; " + left + " are left: run the same command again" : ""));
  }

  private static String micros(double nanos) {
    return nanos == 0 ? "–" : Text.number(nanos / 1e3, nanos < 1e5 ? 1 : 0);
  }

  /** The same as an object. */
  SequencedMap<String, Object> json(List<TunedCase> cases) {
    SequencedMap<String, Object> map = new LinkedHashMap<>();
    map.put("device", device.name());
    map.put("description", device.description());
    map.put("file", tuning.file().toString());
    map.put("cases", cases.stream().map(TuneReport::describe).toList());
    return map;
  }

  private static Map<String, Object> describe(TunedCase one) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("step", one.shown());
    map.put("problem", one.text());
    map.put("default", one.standard());
    map.put("default_us", one.standardNanos() / 1e3);
    map.put("fastest", one.winner());
    map.put("fastest_us", one.nanos() / 1e3);
    map.put("gain", one.standardNanos() / one.nanos());
    map.put("failures", one.failures());
    return map;
  }
}
