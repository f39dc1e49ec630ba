package fastvit4j.tools;

import fastvit4j.model.Nearest;
import fastvit4j.model.Published;
import fastvit4j.model.io.Text;
import fastvit4j.tools.bench.Fields;
import fastvit4j.tools.bench.FieldsFile;
import fastvit4j.tools.eval.Protocol;
import fastvit4j.tools.fetch.PublishedModel;
import fastvit4j.tools.fetch.Registry;
import fastvit4j.tools.preset.Preset;
import fastvit4j.tools.preset.Presets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Published figures that a user has and this program has not: {@code docs/eval.md} has the format.
 *
 * @param models checkpoints with the file's figures alone, in the file's order
 * @param rows of presets, by their names
 */
record PublishedFile(List<PublishedModel> models, Map<String, Published> rows) {
  /** What there is where no file is given. */
  static final PublishedFile NONE = new PublishedFile(List.of(), Map.of());

  private static final FieldsFile<PublishedFile> FILE =
      new FieldsFile<>(
          "file of published figures",
          "docs/eval.md",
          "fastvit4j-published",
          1,
          PublishedFile::read);

  private static final double PERCENT = 100;

  /**
   * Reads a file.
   *
   * @param file the file, or null for none
   * @throws fastvit4j.model.UserException if it cannot be read; the message names the field
   */
  static PublishedFile of(Path file) {
    return file == null ? NONE : FILE.read(file);
  }

  /** The file's figures of these checkpoints. */
  List<PublishedModel> of(List<PublishedModel> asked) {
    List<String> names = asked.stream().map(PublishedModel::name).toList();
    return models.stream().filter(model -> names.contains(model.name())).toList();
  }

  /** The file's figures of a preset's row. */
  Optional<Published> of(Preset.Row row) {
    return Optional.ofNullable(rows.get(row.name()));
  }

  private static PublishedFile read(Fields file) {
    file.only("format", "version", "source", "models", "rows");
    if (!file.has("models") && !file.has("rows")) {
      throw new IllegalArgumentException("there must be models, rows or both");
    }
    String source = Text.oneLine(file.text("source"));
    Registry registry = Registry.bundled();
    List<PublishedModel> models =
        objects(file, "models").stream().map(fields -> model(fields, source, registry)).toList();
    Map<String, Published> rows = new LinkedHashMap<>();
    for (Fields fields : objects(file, "rows")) {
      String name = fields.text("row");
      if (rows.put(name, row(fields, name, source)) != null) {
        throw new IllegalArgumentException(fields.path() + "row is there twice: " + name);
      }
    }
    return new PublishedFile(models, rows);
  }

  private static List<Fields> objects(Fields file, String field) {
    return file.has(field) ? file.objects(field) : List.of();
  }

  private static PublishedModel model(Fields fields, String source, Registry registry) {
    fields.only("model", "accuracy");
    String name = fields.text("model");
    PublishedModel known =
        registry.models().stream()
            .filter(m -> m.name().equals(name) || m.aliases().contains(name))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        fields.path()
                            + "model "
                            + Text.quote(name)
                            + " is none that `fastvit fetch --list` lists"));
    return known.with(
        fields.objects("accuracy").stream().map(one -> accuracy(one, source)).toList());
  }

  private static PublishedModel.Accuracy accuracy(Fields fields, String source) {
    fields.only("dataset", "top1", "mce", "source");
    String dataset = fields.text("dataset");
    Protocol protocol =
        Arrays.stream(Protocol.values())
            .filter(p -> p != Protocol.FOLDERS && p.text().equals(dataset))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        fields.path()
                            + "dataset "
                            + Text.quote(dataset)
                            + " is none of the protocols"));
    String figure = protocol == Protocol.IMAGENET_C ? "mce" : "top1";
    String other = protocol == Protocol.IMAGENET_C ? "top1" : "mce";
    if (fields.has(other)) {
      throw new IllegalArgumentException(
          fields.path() + other + " is not measured on " + dataset + ": give " + figure);
    }
    double value = figure.equals("top1") ? percent(fields, figure) : fields.number(figure);
    return new PublishedModel.Accuracy(dataset, value, Optional.empty(), source(fields, source));
  }

  private static double percent(Fields fields, String field) {
    double value = fields.number(field);
    if (value > PERCENT) {
      throw new IllegalArgumentException(
          fields.path() + field + " must be in percent, from 0 to 100, not " + value);
    }
    return value;
  }

  private static String source(Fields fields, String source) {
    return fields.has("source") ? Text.oneLine(fields.text("source")) : source;
  }

  private static Published row(Fields fields, String name, String source) {
    fields.only("row", "parameters_m", "gmacs", "gpu_ms", "mobile_ms", "top1", "source");
    int size =
        Presets.model(name)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        fields.path()
                            + "row "
                            + Text.quote(name)
                            + " is none of the presets': "
                            + Nearest.hint(name, rowNames())))
            .size();
    return new Published(
        source(fields, source),
        size,
        fields.numberOrNull("parameters_m"),
        fields.numberOrNull("gmacs"),
        fields.numberOrNull("gpu_ms"),
        fields.numberOrNull("mobile_ms"),
        fields.has("top1") ? (Double) percent(fields, "top1") : null,
        null);
  }

  private static List<String> rowNames() {
    return Presets.all().stream().flatMap(preset -> preset.models().stream()).toList();
  }
}
