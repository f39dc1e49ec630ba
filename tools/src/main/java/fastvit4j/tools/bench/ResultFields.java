package fastvit4j.tools.bench;

import fastvit4j.model.Published;
import fastvit4j.model.fastvit.Form;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** Reads one configuration's result from a results file. */
final class ResultFields {
  private ResultFields() {}

  static Result result(Fields json) {
    Configuration configuration =
        new Configuration(
            json.text("model"),
            json.text("device"),
            json.integer("height", 1),
            json.integer("width", 1),
            json.integer("batch", 1),
            json.text("precision"),
            form(json.text("form")),
            json.integer("threads", 0));
    Preparation preparation = json.has("compile_ms") ? preparation(json) : null;
    List<Breakdown> breakdowns =
        json.objects("breakdowns").stream().map(ResultFields::breakdown).toList();
    int steps = preparation == null ? 0 : preparation.steps().size();
    if (breakdowns.stream().anyMatch(b -> b.stepMs().size() != steps)) {
      throw new IllegalArgumentException(configuration + " has a breakdown of other steps");
    }
    return new Result(
        configuration,
        json.has("preset") ? json.text("preset") : null,
        json.has("published") ? published(json.object("published")) : null,
        preparation,
        json.numberLists("rounds_ms"),
        json.has("probes")
            ? json.objects("probes").stream().map(ResultFields::probe).toList()
            : List.of(),
        breakdowns,
        json.has("error") ? json.text("error") : null);
  }

  private static Published published(Fields json) {
    return new Published(
        json.text("source"),
        json.integer("input_size", 1),
        json.numberOrNull("parameters_m"),
        json.numberOrNull("gmacs"),
        json.numberOrNull("gpu_ms"),
        json.numberOrNull("mobile_ms"),
        json.numberOrNull("top1"),
        json.numberOrNull("top1_distilled"));
  }

  private static Preparation preparation(Fields json) {
    Fields parity = json.object("parity");
    return new Preparation(
        json.whole("parameters", 0),
        json.whole("macs", 0),
        json.number("compile_ms"),
        json.whole("peak_memory_bytes", 0),
        new Parity(
            parity.numberOrNan("max_logit_error"),
            parity.numberOrNan("max_logit"),
            parity.integer("height", 1),
            parity.integer("width", 1)),
        json.objects("steps").stream().map(ResultFields::step).toList());
  }

  private static Step step(Fields json) {
    return new Step(
        json.text("name"),
        json.text("stage"),
        json.text("operator"),
        json.text("operators"),
        json.text("kernel"),
        json.whole("macs", 0),
        json.whole("bytes", 0));
  }

  private static Probe probe(Fields json) {
    return json.has("arithmetic_ms") || json.has("memory_ms")
        ? new Probe(json.number("arithmetic_ms"), json.number("memory_ms"))
        : Probe.NONE;
  }

  private static Breakdown breakdown(Fields json) {
    return new Breakdown(
        json.numbers("steps_ms"),
        json.has("transfers_ms")
            ? OptionalDouble.of(json.number("transfers_ms"))
            : OptionalDouble.empty());
  }

  private static Form form(String name) {
    for (Form form : Form.values()) {
      if (form.name().toLowerCase(Locale.ROOT).equals(name)) {
        return form;
      }
    }
    throw new IllegalArgumentException("'" + name + "' is no form");
  }
}
