package fastvit4j.tools.fetch;

import fastvit4j.model.fastvit.Variant;
import fastvit4j.model.image.Preprocessing;
import fastvit4j.model.io.Text;
import fastvit4j.tools.bench.Fields;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads a registry's JSON; whatever is wrong is an {@link IllegalArgumentException}. */
final class RegistryReader {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,99}");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final List<String> FORMATS = List.of("safetensors", "pth.tar", "pth", "pt");
  private static final int LARGEST_INPUT = 1 << 14;

  private RegistryReader() {}

  static List<PublishedModel> read(Fields file) {
    file.only("format", "version", "licences", "models");
    Map<String, PublishedModel.Licence> licences = new HashMap<>();
    Fields all = file.object("licences");
    for (String key : file.map("licences").keySet()) {
      name(key);
      Fields licence = all.object(key);
      licence.only("name", "url", "notice");
      licences.put(
          key,
          new PublishedModel.Licence(
              key,
              Text.oneLine(licence.text("name")),
              Text.oneLine(licence.text("url")),
              Text.oneLine(licence.text("notice"))));
    }
    List<PublishedModel> models = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    for (Fields fields : file.objects("models")) {
      PublishedModel model = model(fields, licences);
      // By files, since file systems may not tell upper from lower case.
      if (!taken.add(model.fileName().toLowerCase(Locale.ROOT))) {
        throw new IllegalArgumentException("two models are named " + Text.quote(model.name()));
      }
      models.add(model);
    }
    return models;
  }

  private static PublishedModel model(Fields fields, Map<String, PublishedModel.Licence> licences) {
    fields.only(
        "name",
        "aliases",
        "variant",
        "distilled",
        "format",
        "url",
        "page",
        "licence",
        "size",
        "megabytes",
        "sha256",
        "input",
        "accuracy");
    String name = name(fields.text("name"));
    List<String> aliases = fields.has("aliases") ? fields.texts("aliases") : List.of();
    aliases.forEach(RegistryReader::name);
    PublishedModel.Licence licence = licences.get(fields.text("licence"));
    if (licence == null) {
      throw wrong(fields, "licence", "one of those under licences");
    }
    String format = fields.text("format");
    if (!FORMATS.contains(format)) {
      throw wrong(fields, "format", "one of " + FORMATS);
    }
    return new PublishedModel(
        name,
        aliases,
        fields.has("variant") ? Optional.of(variant(fields)) : Optional.empty(),
        fields.flag("distilled"),
        format,
        url(fields),
        fields.has("page") ? Optional.of(Text.oneLine(fields.text("page"))) : Optional.empty(),
        licence,
        fields.has("size") ? OptionalLong.of(fields.whole("size", 1)) : OptionalLong.empty(),
        fields.has("megabytes") ? Optional.of(fields.number("megabytes")) : Optional.empty(),
        fields.has("sha256") ? Optional.of(sha256(fields)) : Optional.empty(),
        fields.has("input") ? Optional.of(input(fields.object("input"))) : Optional.empty(),
        fields.has("accuracy")
            ? fields.objects("accuracy").stream().map(RegistryReader::accuracy).toList()
            : List.of());
  }

  private static String name(String name) {
    if (!NAME.matcher(name).matches() || name.contains("..") || name.contains("//")) {
      throw new IllegalArgumentException(
          "the name "
              + Text.quote(name)
              + " must be letters, digits, points, dashes, underscores and single slashes, at most"
              + " 100");
    }
    return name;
  }

  static Variant variant(Fields fields) {
    String name = fields.text("variant").toUpperCase(Locale.ROOT);
    for (Variant variant : Variant.values()) {
      if (variant.name().equals(name)) {
        return variant;
      }
    }
    throw wrong(fields, "variant", "a variant as `fastvit models` lists them, or left out");
  }

  private static URI url(Fields fields) {
    try {
      URI url = new URI(fields.text("url"));
      if (url.getUserInfo() == null && url.getFragment() == null && Destination.isAllowed(url)) {
        return url;
      }
    } catch (URISyntaxException e) {
      // Said below.
    }
    throw wrong(fields, "url", "an https address (http only of this machine), without a password");
  }

  static String sha256(Fields fields) {
    String sha256 = fields.text("sha256").toLowerCase(Locale.ROOT);
    if (!SHA256.matcher(sha256).matches()) {
      throw wrong(fields, "sha256", "64 hexadecimal digits");
    }
    return sha256;
  }

  static Preprocessing input(Fields fields) {
    fields.only("size", "crop", "mean", "std");
    int size = fields.integer("size", 1);
    if (size > LARGEST_INPUT) {
      throw wrong(fields, "size", "at most " + LARGEST_INPUT);
    }
    return new Preprocessing(
        size, size, fields.number("crop"), floats(fields, "mean"), floats(fields, "std"));
  }

  private static List<Float> floats(Fields fields, String field) {
    return fields.numbers(field).stream().map(Double::floatValue).toList();
  }

  private static PublishedModel.Accuracy accuracy(Fields fields) {
    fields.only("dataset", "top1", "top5", "source");
    return new PublishedModel.Accuracy(
        Text.oneLine(fields.text("dataset")),
        fields.number("top1"),
        fields.has("top5") ? Optional.of(fields.number("top5")) : Optional.empty(),
        Text.oneLine(fields.text("source")));
  }

  private static IllegalArgumentException wrong(Fields fields, String field, String what) {
    return new IllegalArgumentException(fields.path() + field + " must be " + what);
  }
}
