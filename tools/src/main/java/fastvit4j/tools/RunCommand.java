package fastvit4j.tools;

import fastvit4j.model.Model;
import fastvit4j.model.checkpoint.Checkpoint;
import fastvit4j.model.checkpoint.SafetensorsWriter;
import fastvit4j.model.checkpoint.TensorFile;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.tensor.Activation;
import fastvit4j.model.tensor.DType;
import fastvit4j.model.tensor.Tensor;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.Session;
import fastvit4j.runtime.SessionOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "run",
    header = "Compute a network on a tensor, to compare with other frameworks.",
    description = {
      "Reads the tensor input (NCHW, F32, already normalised) from one safetensors file and writes"
          + " the tensor logits to another; with --stages also stem, stages.0 to stages.3 and"
          + " final_conv, NCHW."
    },
    footer = {
      "",
      "Example:",
      "  fastvit run --weights t8.safetensors --input x.safetensors --output y.safetensors --stages"
    })
final class RunCommand extends Subcommand {
  private static final String INPUT = "input";

  @Option(
      names = "--weights",
      required = true,
      paramLabel = "W.safetensors",
      description = "Checkpoint.")
  private Path weights;

  @Option(
      names = "--input",
      required = true,
      paramLabel = "X.safetensors",
      description = "File with a tensor input.")
  private Path input;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "Y.safetensors",
      description = "Where the outputs go.")
  private Path output;

  @Option(
      names = "--variant",
      paramLabel = "NAME",
      description = "Model that the checkpoint must be of (default: as the file says).")
  private String variant;

  @Mixin private DeviceOptions device;

  @Option(
      names = "--form",
      paramLabel = "train|inference",
      defaultValue = "inference",
      converter = NetworkForm.Converter.class,
      description = "Form to compute the network in (default: ${DEFAULT-VALUE}).")
  private NetworkForm form;

  @Option(names = "--stages", description = "Write the output of every stage too.")
  private boolean stages;

  @Mixin private JsonOption json;

  RunCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  int run() {
    Device target = device.device();
    try (Checkpoint checkpoint = ModelOptions.open(weights, variant);
        TensorFile inputs = TensorFile.open(input)) {
      ModelOptions.warn(checkpoint, terminal);
      Activation image = Activation.fromNchw(inputs.require(INPUT, DType.F32, 4));
      Model model = form.of(checkpoint);
      SequencedSet<String> names =
          stages
              ? new LinkedHashSet<>(model.graph().outputs().keySet())
              : new LinkedHashSet<>(List.of(Graph.LOGITS));
      SessionOptions options =
          SessionOptions.of(image.shape()).withOutputs(names).withThreads(device.threads());
      List<Tensor> outputs = new ArrayList<>();
      try (Session session = CompileProgress.compile(terminal, target, model.graph(), options)) {
        Map<String, Activation> values = session.run(image);
        names.forEach(name -> outputs.add(tensor(name, values.get(name))));
      }
      SafetensorsWriter.write(output, outputs, Map.of());
      print(target, model, outputs);
      return 0;
    }
  }

  private static Tensor tensor(String name, Activation value) {
    Tensor tensor = value.toNchw(name);
    return name.equals(Graph.LOGITS) ? tensor.withShape(tensor.dim(0), tensor.dim(1)) : tensor;
  }

  private void print(Device target, Model model, List<Tensor> outputs) {
    if (json.on()) {
      Map<String, Object> shapes = new LinkedHashMap<>();
      outputs.forEach(t -> shapes.put(t.name(), Arrays.stream(t.shape()).boxed().toList()));
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("model", model.graph().name());
      result.put("form", form.toString());
      result.put("device", target.name());
      result.put("output", output.toString());
      result.put("shapes", shapes);
      JsonOption.print(terminal, result);
      return;
    }
    Table table = new Table().text("OUTPUT").number("SHAPE");
    outputs.forEach(t -> table.row(t.name(), Text.shape(t.shape())));
    table.print(terminal);
  }
}
