package fastvit4j.tools;

import fastvit4j.model.Architecture;
import fastvit4j.model.checkpoint.Checkpoint;
import fastvit4j.model.checkpoint.CheckpointException;
import fastvit4j.model.checkpoint.TensorFile;
import fastvit4j.model.image.Preprocessing;
import fastvit4j.model.tensor.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "inspect",
    header = "Show a checkpoint's tensors, metadata and what it is.",
    description = {
      "Prints what a checkpoint was recognised as, its metadata, and every tensor's type and shape."
          + " A file that is sound but no known model is listed too, with the reason why it is"
          + " none."
    },
    footer = {"", "Example:", "  fastvit inspect fastvit_sa12.safetensors"})
final class InspectCommand extends Subcommand {
  @Parameters(paramLabel = "FILE", description = "A safetensors or PyTorch file.")
  private Path path;

  @Mixin private JsonOption json;

  InspectCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  int run() {
    try (TensorFile file = TensorFile.open(path)) {
      Map<String, Object> recognised = new LinkedHashMap<>();
      String reason = null;
      List<String> warnings = List.of();
      try {
        // Shares the file, which is closed here.
        Checkpoint checkpoint = Checkpoint.of(file);
        recognised.putAll(describe(checkpoint));
        warnings = checkpoint.warnings();
      } catch (CheckpointException e) {
        reason = e.getMessage();
      }
      if (json.on()) {
        JsonOption.print(terminal, describe(file, recognised, reason, warnings));
      } else {
        print(file, recognised, reason, warnings);
      }
      return 0;
    }
  }

  private static Map<String, Object> describe(Checkpoint checkpoint) {
    Architecture architecture = checkpoint.architecture();
    Preprocessing preprocessing = checkpoint.info().preprocessing();
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("model", architecture.name());
    map.put("form", checkpoint.form().name().toLowerCase(Locale.ROOT));
    map.put("naming", checkpoint.naming().name().toLowerCase(Locale.ROOT));
    map.put("classes", architecture.classes());
    map.put("parameters", checkpoint.model().graph().parameters());
    map.put("input", preprocessing.height() + "x" + preprocessing.width());
    map.put("crop", preprocessing.crop());
    map.put("mean", preprocessing.mean());
    map.put("std", preprocessing.std());
    return map;
  }

  private Map<String, Object> describe(
      TensorFile file, Map<String, Object> recognised, String reason, List<String> warnings) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("file", path.toString());
    map.put("format", file.format());
    map.put("recognised", reason == null ? recognised : null);
    if (reason != null) {
      map.put("reason", reason);
    }
    map.put("warnings", warnings);
    map.put("metadata", file.metadata());
    map.put(
        "tensors",
        file.tensors().entrySet().stream().map(e -> describe(e.getKey(), e.getValue())).toList());
    return map;
  }

  private static Map<String, Object> describe(String name, Tensor tensor) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("name", name);
    map.put("dtype", tensor.dtype().name());
    map.put("shape", Arrays.stream(tensor.shape()).boxed().toList());
    map.put("bytes", tensor.byteSize());
    return map;
  }

  private void print(
      TensorFile file, Map<String, Object> recognised, String reason, List<String> warnings) {
    long bytes = file.tensors().values().stream().mapToLong(Tensor::byteSize).sum();
    Table facts = new Table().text("FILE").text(path.toString());
    facts.row("format", file.format());
    facts.row("tensors", file.tensors().size() + ", " + Text.bytes(bytes));
    if (reason != null) {
      facts.row("recognised", "no: " + reason);
    }
    recognised.forEach(
        (key, value) ->
            facts.row(key, value instanceof Long count ? Text.grouped(count) : value.toString()));
    warnings.forEach(warning -> facts.row("warning", warning));
    facts.print(terminal);
    if (!file.metadata().isEmpty()) {
      terminal.out().println();
      Table metadata = new Table().text("METADATA").text("");
      file.metadata().forEach(metadata::row);
      metadata.print(terminal);
    }
    terminal.out().println();
    Table tensors = new Table().text("TENSOR").text("TYPE").number("SHAPE").number("SIZE");
    file.tensors()
        .forEach(
            (name, tensor) ->
                tensors.row(
                    name,
                    tensor.dtype().name(),
                    Text.shape(tensor.shape()),
                    Text.bytes(tensor.byteSize())));
    tensors.print(terminal);
  }
}
