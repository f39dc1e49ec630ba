package fastvit4j.tools;

import fastvit4j.model.KnownModel;
import fastvit4j.model.Published;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.tensor.Weights;
import fastvit4j.tools.bench.Result;
import fastvit4j.tools.bench.Results;
import fastvit4j.tools.bench.Statistics;
import fastvit4j.tools.preset.Claim;
import fastvit4j.tools.preset.Preset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A preset's rows for people: what is published of each beside what was measured here.
 *
 * @param preset the preset
 * @param results what was measured
 */
record PresetReport(Preset preset, Results results) {
  void print(Terminal terminal) {
    Table table =
        new Table()
            .text("ROW")
            .number("SIZE")
            .number("PARAMS M")
            .number("(publ.)")
            .number("GMACS")
            .number("(publ.)")
            .number("GPU MS")
            .number("MOBILE MS")
            .number("TOP-1 %");
    List<Series> measured = series();
    measured.forEach(series -> table.number(series.title));
    for (Preset.Row row : preset.rows()) {
      table.row(cells(row, measured));
    }
    terminal.out().println(terminal.bold(preset.name() + ": " + preset.title()));
    table.print(terminal);
    note(
        terminal,
        "(publ.), GPU (RTX 2080 Ti, batch 8), MOBILE (iPhone 12 Pro) and TOP-1 are as published: "
            + sources()
            + ".");
    note(
        terminal,
        "The last column"
            + (measured.size() > 1 ? "s are" : " is")
            + " the median in milliseconds measured here, b8 with a batch of 8; PARAMS and GMACS"
            + " are the inference form's.");
    note(
        terminal,
        "n/a: not available, as no source of the paper's figure for this row could be checked.");
    preset.claims().forEach(claim -> note(terminal, describe(claim, measured)));
    preset.remarks().forEach(line -> note(terminal, line));
  }

  /** A claim of the paper, and what was seen of it here. */
  private String describe(Claim claim, List<Series> measured) {
    String text = claim.text() + ".";
    if (!claim.isMeasured()) {
      return text;
    }
    String seen =
        measured.stream()
            .map(series -> seen(claim, series))
            .filter(Optional::isPresent)
            .map(Optional::get)
            .collect(Collectors.joining(", "));
    return text
        + " Latency of "
        + claim.row()
        + " / "
        + key(claim.against())
        + ": "
        + (Double.isNaN(claim.ratio())
            ? ""
            : String.format(Locale.ROOT, "the paper's %.2f; ", claim.ratio()))
        + (seen.isEmpty() ? "not measured here" : "here " + seen);
  }

  private Optional<String> seen(Claim claim, Series series) {
    Optional<Double> row = statistics(claim.row(), series).map(Statistics::median);
    Optional<Double> against = statistics(claim.against(), series).map(Statistics::median);
    return row.flatMap(
        ms ->
            against.map(
                other -> String.format(Locale.ROOT, "%.2f (%s)", ms / other, series.title())));
  }

  private static String key(String name) {
    return name.substring(name.indexOf('/') + 1);
  }

  /** A device, form and batch that rows were measured with. */
  private record Series(String device, Form form, int batch, String title) {}

  private List<Series> series() {
    List<Series> all = new ArrayList<>();
    for (Result result : results.results()) {
      var c = result.configuration();
      String title = (c.device() + (c.form() == Form.INFERENCE ? "" : " " + c.formName()));
      Series one =
          new Series(
              c.device(), c.form(), c.batch(), title + (c.batch() == 1 ? "" : " b" + c.batch()));
      if (!all.contains(one)) {
        all.add(one);
      }
    }
    return all;
  }

  private List<String> cells(Preset.Row row, List<Series> measured) {
    KnownModel model = row.model();
    Graph graph = model.architecture().graph(Form.INFERENCE, Weights.shapesOnly());
    long macs = graph.macs(new InputSize(model.size(), model.size()).batch(1));
    List<String> cells = new ArrayList<>();
    cells.add(row.label());
    cells.add(Integer.toString(model.size()));
    cells.add(Text.number(graph.parameters() / 1e6, 1));
    cells.add(published(model, Published::parametersM));
    cells.add(Text.number(macs / 1e9, 2));
    cells.add(published(model, Published::gmacs));
    cells.add(published(model, Published::gpuMs));
    cells.add(published(model, Published::mobileMs));
    cells.add(published(model, Published::top1));
    measured.forEach(series -> cells.add(median(row, series)));
    return cells;
  }

  private static String published(KnownModel model, Function<Published, Double> figure) {
    Double value = model.published() == null ? null : figure.apply(model.published());
    return value == null ? "n/a" : String.format(Locale.ROOT, "%.1f", value);
  }

  private Optional<Result> result(String row, Series series) {
    return results.results().stream()
        .filter(r -> r.configuration().model().equals(row))
        .filter(r -> r.configuration().device().equals(series.device))
        .filter(r -> r.configuration().form() == series.form)
        .filter(r -> r.configuration().batch() == series.batch)
        .findFirst();
  }

  private Optional<Statistics> statistics(String row, Series series) {
    return result(row, series).filter(r -> !r.isFailed()).flatMap(Result::statistics);
  }

  private String median(Preset.Row row, Series series) {
    boolean failed = result(row.name(), series).map(Result::isFailed).orElse(false);
    return failed ? "failed" : statistics(row.name(), series).map(PresetReport::number).orElse("-");
  }

  private static String number(Statistics statistics) {
    return Text.number(statistics.median(), statistics.median() < 10 ? 2 : 1);
  }

  private String sources() {
    List<String> sources =
        preset.rows().stream()
            .map(row -> row.model().published())
            .filter(published -> published != null)
            .map(Published::source)
            .distinct()
            .toList();
    return sources.isEmpty() ? "nothing that could be checked" : String.join("; ", sources);
  }

  private static void note(Terminal terminal, String text) {
    terminal.out().println(terminal.faint(text));
  }
}
