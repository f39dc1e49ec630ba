package fastvit4j.tools;

import fastvit4j.model.Model;
import fastvit4j.model.UserException;
import fastvit4j.model.checkpoint.Checkpoint;
import fastvit4j.model.checkpoint.Naming;
import fastvit4j.model.checkpoint.OriginalNames;
import fastvit4j.model.checkpoint.SafetensorsWriter;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.tensor.DType;
import fastvit4j.model.tensor.Tensor;
import fastvit4j.reparam.Reparameterization;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "convert",
    header = "Write a checkpoint as a safetensors file, in other names, form or type.",
    description = {
      "Reads a checkpoint, a safetensors or a PyTorch file, and writes it as a safetensors file"
          + " with its architecture, preprocessing and labels in the metadata.",
      "",
      "What no option asks to change stays as it is, bit for bit: all tensors of the file, their"
          + " names, form and types. Folding to the published or the inference form is computed in"
          + " float64 and written as F32 unless --dtype says otherwise; there is no way back from"
          + " a folded form."
    },
    footer = {
      "",
      "Examples:",
      "  fastvit convert fastvit_sa12.pth.tar -o fastvit_sa12.safetensors --naming timm",
      "  fastvit convert trained.pth -o small.safetensors --form inference --dtype F16"
    })
final class ConvertCommand extends Subcommand {
  private static final List<String> OTHER_FORMATS =
      List.of(".pth", ".pth.tar", ".pt", ".bin", ".onnx");

  @Parameters(paramLabel = "IN", description = "Checkpoint, a safetensors or PyTorch file.")
  private Path in;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "OUT",
      description = "Where the checkpoint goes, a safetensors file.")
  private Path out;

  @Option(
      names = "--naming",
      paramLabel = "timm|original",
      converter = NamingConverter.class,
      description = "Whose names the tensors get (default: as in IN).")
  private Naming naming;

  @Option(
      names = "--form",
      paramLabel = "train|published|inference",
      converter = FormConverter.class,
      description =
          "Form: train, with all branches; published, folded as the public code does; or"
              + " inference, everything folded (default: as in IN).")
  private Form form;

  @Option(
      names = "--dtype",
      paramLabel = "F32|F16|BF16",
      converter = FloatConverter.class,
      description = "Type of the weights, rounded to nearest (default: as in IN).")
  private DType dtype;

  @Mixin private JsonOption json;

  ConvertCommand(Terminal terminal) {
    super(terminal);
  }

  /** Reads a naming. */
  static final class NamingConverter extends ChoiceConverter<Naming> {
    NamingConverter() {
      super(List.of(Naming.values()));
    }
  }

  /** Reads a form. */
  static final class FormConverter extends ChoiceConverter<Form> {
    FormConverter() {
      super(List.of(Form.values()));
    }
  }

  /** Reads a type that weights can be written in. */
  static final class FloatConverter extends ChoiceConverter<DType> {
    FloatConverter() {
      super(List.of(DType.F32, DType.F16, DType.BF16));
    }
  }

  @Override
  int run() {
    String ending = out.toString().toLowerCase(Locale.ROOT);
    if (OTHER_FORMATS.stream().anyMatch(ending::endsWith)) {
      throw new UserException(
          out + " would not be what its name says: convert writes safetensors files; name it so");
    }
    try (Checkpoint checkpoint = Checkpoint.open(in)) {
      ModelOptions.warn(checkpoint, terminal);
      Form to = form == null ? checkpoint.form() : form;
      Naming names = naming == null ? checkpoint.naming() : naming;
      boolean folds = to != checkpoint.form();
      Collection<Tensor> tensors =
          folds
              ? named(fold(checkpoint, to), Naming.TIMM, names)
              : named(checkpoint.file().tensors(), checkpoint.naming(), names);
      DType floats = dtype == null && folds ? DType.F32 : dtype;
      Map<String, String> metadata = new LinkedHashMap<>(checkpoint.file().metadata());
      metadata.putAll(checkpoint.info().toMetadata());
      if (floats == null) {
        SafetensorsWriter.write(out, tensors, metadata);
      } else {
        SafetensorsWriter.write(out, tensors, metadata, floats);
      }
      report(tensors, names, to, floats);
      return 0;
    }
  }

  private SequencedMap<String, Tensor> fold(Checkpoint checkpoint, Form to) {
    if (to.compareTo(checkpoint.form()) < 0) {
      throw new UserException(
          "%s is in the %s form, from which there is no way back to the %s form: take the checkpoint that it was made from"
              .formatted(in, name(checkpoint.form()), name(to)));
    }
    Reparameterization folding =
        to == Form.PUBLISHED ? Reparameterization.published() : Reparameterization.full();
    Model folded = folding.apply(checkpoint.model());
    return folded.graph().tensors();
  }

  private static Collection<Tensor> named(
      SequencedMap<String, Tensor> tensors, Naming from, Naming to) {
    Map<String, String> names = new LinkedHashMap<>();
    if (from == to) {
      tensors.keySet().forEach(name -> names.put(name, name));
    } else if (to == Naming.TIMM) {
      names.putAll(OriginalNames.toTimm(tensors.keySet()));
    } else {
      names.putAll(OriginalNames.fromTimm(tensors.keySet()));
    }
    List<Tensor> renamed = new ArrayList<>();
    names.forEach((name, other) -> renamed.add(tensors.get(name).withName(other)));
    return renamed;
  }

  private void report(Collection<Tensor> tensors, Naming names, Form to, DType floats) {
    String types = floats == null ? "unchanged" : floats.name();
    if (json.on()) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("file", out.toString());
      result.put("tensors", tensors.size());
      result.put("naming", name(names));
      result.put("form", name(to));
      result.put("dtype", types);
      JsonOption.print(terminal, result);
      return;
    }
    Table facts = new Table().text("FILE").text(out.toString());
    facts.row("tensors", Integer.toString(tensors.size()));
    facts.row("naming", name(names));
    facts.row("form", name(to));
    facts.row("types", types);
    facts.print(terminal);
  }

  private static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
