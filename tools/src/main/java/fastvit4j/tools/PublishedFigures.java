package fastvit4j.tools;

import fastvit4j.tools.eval.Interval;
import fastvit4j.tools.eval.Protocol;
import fastvit4j.tools.eval.Tally;
import fastvit4j.tools.fetch.PublishedModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was published of the same network under the same protocol, beside what was found.
 *
 * @param protocol how it was measured; figures of any folders were never published
 * @param total what was found
 * @param models the checkpoints to compare with
 */
record PublishedFigures(Protocol protocol, Tally total, List<PublishedModel> models) {
  private static final double PERCENT = 100;

  /** A published figure beside the one found, in percent. */
  private record Comparison(
      String model, PublishedModel.Accuracy figure, double difference, boolean within) {
    Map<String, Object> describe() {
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("model", model);
      map.put("source", figure.source());
      map.put("top1", figure.top1() / PERCENT);
      map.put("within_interval", within);
      return map;
    }
  }

  private List<Comparison> comparisons() {
    if (protocol == Protocol.FOLDERS || protocol == Protocol.IMAGENET_C) {
      return List.of();
    }
    Interval interval = Interval.of(total.first(), total.pictures());
    return models.stream()
        .flatMap(
            model ->
                model.accuracy(protocol.text()).stream()
                    .map(
                        figure ->
                            new Comparison(
                                model.name(),
                                figure,
                                PERCENT * total.top1() - figure.top1(),
                                interval.contains(figure.top1() / PERCENT))))
        .toList();
  }

  /** What is missing, and why, a line each. */
  private List<String> notes() {
    List<String> notes = new ArrayList<>();
    if (protocol != Protocol.FOLDERS && comparisons().isEmpty()) {
      notes.add(
          "no published figure is available for "
              + protocol.text()
              + (models.isEmpty()
                  ? ": this network is none that was published"
                  : " of " + models.getFirst().name()));
    }
    if (protocol.isRobustness()) {
      notes.add(
          "the paper's Table 7 (robustness) is not available for comparison: its figures could not"
              + " be checked against a source");
    }
    return notes;
  }

  /** Prints a table, and what is missing in it. */
  void print(Terminal terminal) {
    List<Comparison> comparisons = comparisons();
    if (!comparisons.isEmpty()) {
      terminal.out().println();
      Table table =
          new Table().text("PUBLISHED").text("BY").number("TOP-1 %").number("HERE").text("WITHIN");
      for (Comparison comparison : comparisons) {
        table.row(
            comparison.model,
            comparison.figure.source(),
            Text.number(comparison.figure.top1(), 2),
            "%+.2f".formatted(comparison.difference),
            comparison.within ? "yes" : "no");
      }
      table.print(terminal);
      faint(terminal, "WITHIN says whether the published figure lies in the 95 % interval");
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
