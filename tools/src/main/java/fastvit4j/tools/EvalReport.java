package fastvit4j.tools;

import fastvit4j.model.ImageNetLabels;
import fastvit4j.model.Labels;
import fastvit4j.runtime.Session;
import fastvit4j.tools.eval.Dataset;
import fastvit4j.tools.eval.Evaluation;
import fastvit4j.tools.eval.Interval;
import fastvit4j.tools.eval.Tally;
import fastvit4j.tools.fetch.PublishedModel;
import fastvit4j.tools.pipeline.StageTimes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/**
 * What an evaluation found, for people, as JSON and as tables.
 *
 * @param session what computed
 * @param labels names of the classes
 * @param dataset what was measured
 * @param evaluation with its answers
 * @param total the counts
 * @param times where the time went
 * @param models checkpoints whose published figures are to be compared with
 * @param given the same with figures that the user gives
 */
record EvalReport(
    Session session,
    Labels labels,
    Dataset dataset,
    Evaluation evaluation,
    Tally total,
    StageTimes times,
    List<PublishedModel> models,
    List<PublishedModel> given) {
  private static final int WORST = 10;
  private static final int WORST_TAKEN_FOR = 3;

  /** Prints tables. */
  void print(Terminal terminal) {
    Table table = new Table().text("MEASURE").number("VALUE").number("95 % INTERVAL");
    table.row("pictures", Text.grouped(total.pictures()), "");
    if (total.unreadable() > 0) {
      table.row("unreadable", Text.grouped(total.unreadable()), "");
    }
    table.row("top-1 %", Text.percent(total.top1()), interval(total.first()));
    table.row("top-5 %", Text.percent(total.top5()), interval(total.five()));
    SequencedMap<String, Evaluation.Corruption> corruptions = evaluation.corruptions();
    Evaluation.meanError(corruptions).ifPresent(mce -> table.row("mCE %", Text.percent(mce), ""));
    table.row("seconds", Text.number(times.seconds(), 2), "");
    if (times.pictures() > 0) {
      table.row("pictures/s", Text.number(times.pictures() / times.seconds(), 1), "");
    }
    table.print(terminal);
    faint(
        terminal,
        session.graph().name()
            + " on "
            + session.device().name()
            + "; folders are classes by "
            + dataset.matching()
            + (dataset.classes().size() < labels.size()
                ? "; " + dataset.classes().size() + " classes asked for"
                : ""));
    if (times.pictures() > 0) {
      faint(terminal, times.toString());
    }
    dataset.notes().forEach(note -> faint(terminal, note));
    published(corruptions).print(terminal);
    printCorruptions(terminal, corruptions);
    printWorst(terminal);
  }

  private static void faint(Terminal terminal, String line) {
    terminal.out().println(terminal.faint(line));
  }

  private String interval(long right) {
    Interval interval = Interval.of(right, total.pictures());
    return Text.percent(interval.low()) + " to " + Text.percent(interval.high());
  }

  private PublishedFigures published(SequencedMap<String, Evaluation.Corruption> corruptions) {
    return new PublishedFigures(
        dataset.protocol(), total, Evaluation.meanError(corruptions), models, given);
  }

  private static void printCorruptions(
      Terminal terminal, SequencedMap<String, Evaluation.Corruption> corruptions) {
    if (corruptions.isEmpty()) {
      return;
    }
    terminal.out().println();
    Table table = new Table().text("CORRUPTION").number("CE %");
    for (int severity = 1; severity <= 5; severity++) {
      table.number("ERROR " + severity);
    }
    corruptions.forEach(
        (name, corruption) -> {
          List<String> cells = new ArrayList<>(List.of(name));
          cells.add(Text.percent(corruption.ce()));
          corruption.errors().forEach(error -> cells.add(Text.percent(error)));
          table.row(cells);
        });
    table.print(terminal);
  }

  private void printWorst(Terminal terminal) {
    List<Tally.ClassTally> worst = total.worst(WORST);
    if (worst.isEmpty()) {
      return;
    }
    terminal.out().println();
    Table classes =
        new Table().text("WORST CLASSES").number("PICTURES").number("TOP-1 %").text("TAKEN FOR");
    for (Tally.ClassTally tally : worst) {
      classes.row(
          labels.name(tally.label()),
          Integer.toString(tally.pictures()),
          Text.percent(tally.top1()),
          tally.takenFor().entrySet().stream()
              .limit(WORST_TAKEN_FOR)
              .map(e -> labels.name(e.getKey()) + " (" + e.getValue() + ")")
              .collect(Collectors.joining(", ")));
    }
    classes.print(terminal);
  }

  /** All of it as a JSON object. */
  Map<String, Object> describe() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("model", session.graph().name());
    map.put("device", session.device().name());
    map.put("protocol", dataset.protocol().text());
    map.put("classes_by", dataset.matching());
    map.put("classes_asked_for", dataset.classes().size());
    map.put("images", total.pictures());
    map.put("unreadable", total.unreadable());
    map.put("unreadable_images", evaluation.failures());
    map.put("top1", total.top1());
    map.put("top1_interval", ends(total.first()));
    map.put("top5", total.top5());
    map.put("top5_interval", ends(total.five()));
    SequencedMap<String, Evaluation.Corruption> corruptions = evaluation.corruptions();
    Evaluation.meanError(corruptions).ifPresent(mce -> map.put("mce", mce));
    if (!corruptions.isEmpty()) {
      Map<String, Object> all = new LinkedHashMap<>();
      corruptions.forEach(
          (name, corruption) ->
              all.put(name, Map.of("ce", corruption.ce(), "errors", corruption.errors())));
      map.put("corruptions", all);
    }
    map.put("notes", dataset.notes());
    map.put("seconds", times.seconds());
    if (times.pictures() > 0) {
      map.put("images_per_second", times.pictures() / times.seconds());
      map.put("pipeline", times.describe());
    }
    published(corruptions).describe(map);
    map.put("worst_classes", total.worst(WORST).stream().map(this::describe).toList());
    return map;
  }

  private List<Double> ends(long right) {
    Interval interval = Interval.of(right, total.pictures());
    return List.of(interval.low(), interval.high());
  }

  private Map<String, Object> describe(Tally.ClassTally tally) {
    Map<String, Object> takenFor = new LinkedHashMap<>();
    tally.takenFor().forEach((label, count) -> takenFor.put(labels.name(label), count));
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("label", labels.name(tally.label()));
    map.put("images", tally.pictures());
    map.put("top1", tally.top1());
    map.put("taken_for", takenFor);
    return map;
  }

  /** A line for each picture. */
  String predictions() {
    StringBuilder text = new StringBuilder("image,label,predicted,probability,rank\n");
    dataset
        .parts()
        .forEach(
            part ->
                evaluation.forEach(
                    part,
                    (sample, answer) -> {
                      if (answer.rank() > 0) {
                        text.append(Text.csv(sample.file().toString())).append(',');
                        text.append(Text.csv(labels.name(sample.label()))).append(',');
                        text.append(Text.csv(labels.name(answer.best()))).append(',');
                        text.append(answer.probability()).append(',');
                        text.append(answer.rank()).append('\n');
                      }
                    }));
    return text.toString();
  }

  /** A line for each class that there are pictures of. */
  String perClass() {
    List<String> ids =
        labels.equals(ImageNetLabels.labels()) ? ImageNetLabels.wordNetIds() : List.of();
    StringBuilder text =
        new StringBuilder(
            "index,wordnet_id,label,images,top1,top1_low,top1_high,top5,taken_for,taken_for_images\n");
    for (Tally.ClassTally tally : total.classes()) {
      Interval interval = Interval.of(tally.first(), tally.pictures());
      var most = tally.takenFor().entrySet().stream().findFirst();
      text.append(tally.label()).append(',');
      text.append(ids.isEmpty() ? "" : ids.get(tally.label())).append(',');
      text.append(Text.csv(labels.name(tally.label()))).append(',');
      text.append(tally.pictures()).append(',');
      text.append((float) tally.top1()).append(',');
      text.append((float) interval.low()).append(',');
      text.append((float) interval.high()).append(',');
      text.append((float) tally.five() / tally.pictures()).append(',');
      text.append(most.map(e -> Text.csv(labels.name(e.getKey()))).orElse("")).append(',');
      text.append(most.map(e -> e.getValue().toString()).orElse("")).append('\n');
    }
    return text.toString();
  }
}
