package fastvit4j.tools;

import fastvit4j.tools.eval.Interval;
import fastvit4j.tools.eval.Protocol;
import fastvit4j.tools.eval.Tally;
import fastvit4j.tools.fetch.PublishedModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * What was published of the same network under the same protocol, beside what was found.
 *
 * @param protocol how it was measured; figures of any folders were never published
 * @param total what was found
 * @param meanError the mean corruption error that was found, where the protocol has it
 * @param models the checkpoints to compare with
 * @param given the same with figures that the user gives; fewer, where there are none
 */
record PublishedFigures(
    Protocol protocol,
    Tally total,
    OptionalDouble meanError,
    List<PublishedModel> models,
    List<PublishedModel> given) {
  private static final double PERCENT = 100;

  /** A published figure beside the one found, in percent; no interval is known of mCE. */
  private record Comparison(
      String model,
      PublishedModel.Accuracy figure,
      String measure,
      double difference,
      Boolean within) {
    Map<String, Object> describe() {
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("model", model);
      map.put("source", figure.source());
      map.put(measure, figure.top1() / PERCENT);
      map.put("within_interval", within);
      return map;
    }

    String withinText() {
      return within == null ? "n/a" : within ? "yes" : "no";
    }
  }

  private List<Comparison> comparisons() {
    return Stream.concat(models.stream(), given.stream())
        .flatMap(
            model -> model.accuracy(protocol.text()).stream().map(figure -> compare(model, figure)))
        .flatMap(Optional::stream)
        .toList();
  }

  private Optional<Comparison> compare(PublishedModel model, PublishedModel.Accuracy figure) {
    if (protocol == Protocol.IMAGENET_C) {
      return meanError.isPresent()
          ? Optional.of(
              new Comparison(
                  model.name(),
                  figure,
                  "mce",
                  PERCENT * meanError.getAsDouble() - figure.top1(),
                  null))
          : Optional.empty();
    }
    Interval interval = Interval.of(total.first(), total.pictures());
    return Optional.of(
        new Comparison(
            model.name(),
            figure,
            "top1",
            PERCENT * total.top1() - figure.top1(),
            interval.contains(figure.top1() / PERCENT)));
  }

  private boolean isGiven() {
    return given.stream().anyMatch(model -> !model.accuracy(protocol.text()).isEmpty());
  }

  /** What is missing, and why, a line each. */
  private List<String> notes() {
    List<String> notes = new ArrayList<>();
    if (protocol == Protocol.IMAGENET_C && meanError.isEmpty() && isGiven()) {
      notes.add("mCE is published, and there is none here: some of the 15 corruptions are missing");
    } else if (protocol != Protocol.FOLDERS && comparisons().isEmpty()) {
      notes.add(
          "no published figure is available for "
              + protocol.text()
              + (models.isEmpty()
                  ? ": this network is none that was published"
                  : " of " + models.getFirst().name()));
    }
    if (protocol.isRobustness() && !isGiven()) {
      notes.add(
          "the paper's Table 7 (robustness) is not available for comparison: its figures could not"
              + " be checked against a source; --published FILE takes yours");
    }
    return notes;
  }

  /** Prints a table, and what is missing in it. */
  void print(Terminal terminal) {
    List<Comparison> comparisons = comparisons();
    if (!comparisons.isEmpty()) {
      terminal.out().println();
      boolean errors = protocol == Protocol.IMAGENET_C;
      Table table =
          new Table()
              .text("PUBLISHED")
              .text("BY")
              .number(errors ? "mCE %" : "TOP-1 %")
              .number("HERE")
              .text("WITHIN");
      for (Comparison comparison : comparisons) {
        table.row(
            comparison.model,
            comparison.figure.source(),
            Text.number(comparison.figure.top1(), 2),
            "%+.2f".formatted(comparison.difference),
            comparison.withinText());
      }
      table.print(terminal);
      if (!errors) {
        faint(terminal, "WITHIN says whether the published figure lies in the 95 % interval");
      }
    }
    notes().forEach(note -> faint(terminal, note));
  }

  private static void faint(Terminal terminal, String line) {
    terminal.out().println(terminal.faint(line));
  }

  /** Adds the figures, and what is missing, to a JSON object. */
  void describe(Map<String, Object> map) {
    map.put("published", comparisons().stream().map(Comparison::describe).toList());
    map.put("published_notes", notes());
  }
}
