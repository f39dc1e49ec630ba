package fastvit4j.tools;

import fastvit4j.model.KnownModels;
import fastvit4j.model.Model;
import fastvit4j.model.checkpoint.Checkpoint;
import fastvit4j.model.graph.Graph;
import fastvit4j.tools.onnx.OnnxExport;
import fastvit4j.tools.onnx.OnnxOptions;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

@Command(
    name = "export",
    header = "Write a network for other programs.",
    description = {
      "Writes an ONNX model (operator set 20): its input is `input`, F32, NCHW, any number of"
          + " pictures; its outputs are `logits` and, if asked for, the stages' feature maps. Nodes"
          + " and weights keep their names; labels and preprocessing are in the metadata.",
      "",
      "Weights of 2 GB and more go into a second file, OUT.onnx.data. A model without weights is"
          + " written with synthetic ones."
    },
    footer = {
      "",
      "Examples:",
      "  fastvit export --onnx digits.onnx",
      "  fastvit export --onnx sa12.onnx --weights fastvit_sa12.safetensors --outputs all",
      "  fastvit export --onnx t8.onnx --variant t8 --size 384"
    })
final class ExportCommand extends Subcommand {
  @Option(
      names = "--onnx",
      required = true,
      paramLabel = "OUT.onnx",
      description = "Where the model goes.")
  private Path target;

  @Mixin private ModelOptions model;

  @Option(
      names = "--form",
      paramLabel = "train|inference",
      defaultValue = "inference",
      converter = NetworkForm.Converter.class,
      description = "Form to write (default: ${DEFAULT-VALUE}).")
  private NetworkForm form;

  @Option(
      names = "--outputs",
      paramLabel = "logits|all",
      defaultValue = "logits",
      converter = Outputs.Converter.class,
      description =
          "Outputs: logits, or all, the stem's and the stages' too (default: ${DEFAULT-VALUE}).")
  private Outputs outputs;

  @Option(
      names = "--size",
      paramLabel = "N|HxW",
      converter = InputSize.Converter.class,
      description = "Input size (default: the model's own).")
  private InputSize size;

  @Option(names = "--any-size", description = "Let the height and width of inputs be free.")
  private boolean anySize;

  ExportCommand(Terminal terminal) {
    super(terminal);
  }

  /** Which of the network's outputs to write. */
  enum Outputs {
    LOGITS,
    ALL;

    SequencedSet<String> of(Graph graph) {
      return this == ALL
          ? new LinkedHashSet<>(graph.outputs().keySet())
          : new LinkedHashSet<>(List.of(Graph.LOGITS));
    }

    /** Reads {@code logits} or {@code all}. */
    static final class Converter implements ITypeConverter<Outputs> {
      @Override
      public Outputs convert(String value) {
        return switch (value) {
          case "logits" -> LOGITS;
          case "all" -> ALL;
          default -> throw new TypeConversionException("'" + value + "' is neither logits nor all");
        };
      }
    }
  }

  @Override
  int run() {
    if (model.isVariantAlone()) {
      export(form.synthetic(KnownModels.named(model.variant())));
      return 0;
    }
    try (Checkpoint checkpoint = model.open(terminal)) {
      export(form.of(checkpoint));
    }
    return 0;
  }

  private void export(Model network) {
    Model sized =
        size == null
            ? network
            : new Model(
                network.graph(),
                network.form(),
                network.preprocessing().withSize(size.height(), size.width()),
                network.labels());
    InputSize input = new InputSize(sized.preprocessing().height(), sized.preprocessing().width());
    OnnxOptions options = OnnxOptions.of(input.batch(1)).withOutputs(outputs.of(sized.graph()));
    OnnxExport.write(target, sized, anySize ? options.withAnySize() : options);
  }
}
