package fastvit4j.runtime.tornado;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * What tuning found for one problem on one device.
 *
 * @param text all that the choice of a kernel depends on
 * @param shown the problem for people: a step of a model and what it computes
 * @param standard the candidate that the table chooses; {@link Workbench#UNFUSED} of neighbouring
 *     steps that it has computed one by one
 * @param standardNanos that one's median
 * @param winner what is to be taken, maybe the same
 * @param nanos the winner's median
 * @param failures candidates that were wrong or could not be run, with the reason
 */
public record TunedCase(
    String text,
    String shown,
    String standard,
    double standardNanos,
    String winner,
    double nanos,
    SequencedMap<String, String> failures) {
  private static final String CASE = "case";
  private static final String FAILED = "failed";
  private static final int FIELDS = 7;

  /** Copies the failures. */
  public TunedCase {
    failures = new LinkedHashMap<>(failures);
  }

  /** Whether something else than the table's choice is to be taken. */
  public boolean isGain() {
    return !winner.equals(standard);
  }

  /** Lines of a file, fields separated by tabs. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.join(
            "\t",
            CASE,
            plain(text),
            plain(shown),
            plain(standard),
            Double.toString(standardNanos),
            plain(winner),
            Double.toString(nanos)));
    failures.forEach(
        (name, reason) -> lines.add(String.join("\t", FAILED, plain(name), plain(reason))));
    return lines;
  }

  private static String plain(String text) {
    return text.replaceAll("\\s+", " ").strip();
  }

  /**
   * Cases from lines.
   *
   * @throws IllegalArgumentException if the lines are no cases
   */
  static List<TunedCase> parse(List<String> lines) {
    List<TunedCase> cases = new ArrayList<>();
    for (String line : lines) {
      String[] fields = line.split("\t", -1);
      if (fields[0].equals(CASE) && fields.length == FIELDS) {
        cases.add(
            new TunedCase(
                fields[1],
                fields[2],
                fields[3],
                time(fields[4]),
                fields[5],
                time(fields[6]),
                new LinkedHashMap<>()));
      } else if (fields[0].equals(FAILED) && fields.length == 3 && !cases.isEmpty()) {
        TunedCase last = cases.removeLast();
        SequencedMap<String, String> failures = new LinkedHashMap<>(last.failures);
        failures.put(fields[1], fields[2]);
        cases.add(last.withFailures(failures));
      } else {
        throw new IllegalArgumentException("no case: " + line);
      }
    }
    return cases;
  }

  private TunedCase withFailures(SequencedMap<String, String> other) {
    return new TunedCase(text, shown, standard, standardNanos, winner, nanos, other);
  }

  private static double time(String text) {
    double nanos = Double.parseDouble(text);
    if (!(nanos >= 0 && nanos < 1e18)) {
      throw new IllegalArgumentException("no time: " + text);
    }
    return nanos;
  }

  /** The winners' names by problem. */
  static Map<String, String> winners(List<TunedCase> cases) {
    Map<String, String> names = new LinkedHashMap<>();
    cases.forEach(found -> names.put(found.text, found.winner));
    return names;
  }
}
