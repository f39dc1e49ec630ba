package fastvit4j.tools;

import fastvit4j.model.KnownModel;
import fastvit4j.model.Published;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.tensor.Weights;
import fastvit4j.tools.Columns.Column;
import fastvit4j.tools.bench.Result;
import fastvit4j.tools.bench.Results;
import fastvit4j.tools.bench.Statistics;
import fastvit4j.tools.preset.Claim;
import fastvit4j.tools.preset.Preset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A preset's rows for people: what is published of each beside what was measured here.
 *
 * @param preset the preset
 * @param results what was measured
 * @param given figures that the user gives, where this program has none
 */
record PresetReport(Preset preset, Results results, PublishedFile given) {
  /** Columns that are left out, in this order, where the table would be too wide. */
  private static final List<String> EXPENDABLE =
      List.of("(publ.) GMACS", "(publ.) M", "MOBILE", "GPU", "TOP-1", "GMACS", "M");

  void print(Terminal terminal) {
    List<Series> measured = series();
    Columns<Preset.Row> named = columns(measured, Series::title);
    // Where devices' names leave no room, they have numbers.
    boolean narrow = !named.fitting(EXPENDABLE).missing(named).isEmpty();
    Columns<Preset.Row> all = narrow ? columns(measured, s -> number(measured, s)) : named;
    Columns<Preset.Row> shown = all.fitting(EXPENDABLE);
    terminal.out().println();
    terminal.out().println(terminal.bold(preset.name() + ": " + preset.title()));
    shown.print(terminal);
    terminal.note(
        "M: parameters in millions, GMACS: billions of multiply-accumulates, both of the inference"
            + " form.");
    terminal.note(
        "(publ.), GPU (ms, RTX 2080 Ti, batch 8), MOBILE (ms, iPhone 12 Pro) and TOP-1 (%) are as"
            + " published: "
            + sources()
            + ".");
    String here = "the median in milliseconds measured here, b8 with a batch of 8.";
    if (narrow) {
      String list =
          measured.stream()
              .map(series -> number(measured, series) + " " + series.title)
              .collect(Collectors.joining(", "));
      terminal.note(list + ": " + here);
    } else {
      terminal.note((measured.size() > 1 ? "The last columns are " : "The last column is ") + here);
    }
    terminal.note(
        "n/a: not available, as no source of the paper's figure for this row could be checked;"
            + " --published FILE takes yours.");
    List<String> missing = shown.missing(all);
    if (!missing.isEmpty()) {
      terminal.note("Left out for room: " + String.join(", ", missing));
    }
    preset.claims().forEach(claim -> terminal.note(describe(claim, measured)));
    preset.remarks().forEach(terminal::note);
  }

  private Columns<Preset.Row> columns(List<Series> measured, Function<Series, String> title) {
    List<Column<Preset.Row>> columns = new ArrayList<>();
    columns.add(new Column<>("ROW", false, Preset.Row::label));
    columns.add(new Column<>("SIZE", true, row -> Integer.toString(row.model().size())));
    columns.add(
        new Column<>("M", true, row -> Text.number(graph(row.model()).parameters() / 1e6, 1)));
    columns.add(published("(publ.) M", Published::parametersM));
    columns.add(new Column<>("GMACS", true, row -> Text.number(macs(row.model()) / 1e9, 2)));
    columns.add(published("(publ.) GMACS", Published::gmacs));
    columns.add(published("GPU", Published::gpuMs));
    columns.add(published("MOBILE", Published::mobileMs));
    columns.add(published("TOP-1", Published::top1));
    for (Series series : measured) {
      columns.add(new Column<>(title.apply(series), true, row -> median(row, series)));
    }
    return new Columns<>(columns, preset.rows());
  }

  private static String number(List<Series> measured, Series series) {
    return "(" + (measured.indexOf(series) + 1) + ")";
  }

  private static Graph graph(KnownModel model) {
    return model.architecture().graph(Form.INFERENCE, Weights.shapesOnly());
  }

  private static long macs(KnownModel model) {
    return graph(model).macs(new InputSize(model.size(), model.size()).batch(1));
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

  private Column<Preset.Row> published(String header, Function<Published, Double> figure) {
    return new Column<>(
        header,
        true,
        row -> {
          Double value =
              published(row).map(figure).filter(Objects::nonNull).findFirst().orElse(null);
          return value == null ? "n/a" : value.toString(); // with the digits that it was given
        });
  }

  /** What is published of a row: what this program knows, before what the user gives. */
  private Stream<Published> published(Preset.Row row) {
    return Stream.concat(Stream.ofNullable(row.model().published()), given.of(row).stream());
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
        preset.rows().stream().flatMap(this::published).map(Published::source).distinct().toList();
    return sources.isEmpty() ? "nothing that could be checked" : String.join("; ", sources);
  }
}
