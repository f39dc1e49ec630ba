package fastvit4j.tools;

import fastvit4j.model.KnownModel;
import fastvit4j.model.KnownModels;
import fastvit4j.model.Published;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.operator.ShapeException;
import fastvit4j.model.tensor.Weights;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "models",
    header = "List the models, with what they cost.",
    description = {
      "Lists FastViT's variants and the paper's competitors with their parameters and"
          + " multiply-accumulate operations in each form, next to what is published of them.",
      "",
      "train is the network as it was trained; published is the inference form of the public code;"
          + " inference has everything folded that can be, and is what runs.",
      "",
      "The paper's figures of FastViT are for 256x256: GPU latency on an RTX 2080 Ti with TensorRT"
          + " (batch 8), mobile latency on an iPhone 12 Pro with Core ML, top-1 on ImageNet-1k"
          + " without and with distillation."
    })
final class ModelsCommand extends Subcommand {
  @Option(
      names = "--size",
      paramLabel = "N|HxW",
      converter = InputSize.Converter.class,
      description = "Input size that operations are counted at (default: each model's own).")
  private InputSize size;

  @Mixin private JsonOption json;

  ModelsCommand(Terminal terminal) {
    super(terminal);
  }

  /** What a form of a model costs; the operations are null at a size that it cannot take. */
  private record Cost(long parameters, Long macs) {}

  @Override
  int run() {
    Map<KnownModel, Map<Form, Cost>> costs = new LinkedHashMap<>();
    for (KnownModel model : KnownModels.all()) {
      Map<Form, Cost> forms = new LinkedHashMap<>();
      for (Form form : Form.values()) {
        Graph graph = model.architecture().graph(form, Weights.shapesOnly());
        forms.put(form, new Cost(graph.parameters(), macs(graph, taken(model).batch(1))));
      }
      costs.put(model, forms);
    }
    if (json.on()) {
      List<Object> models = new ArrayList<>();
      costs.forEach((model, forms) -> models.add(describe(model, forms)));
      JsonOption.print(terminal, Map.of("models", models));
    } else {
      print(costs);
    }
    return 0;
  }

  private InputSize taken(KnownModel model) {
    return size == null ? new InputSize(model.size(), model.size()) : size;
  }

  private static Long macs(Graph graph, Shape input) {
    try {
      return graph.macs(input);
    } catch (ShapeException e) {
      return null;
    }
  }

  private void print(Map<KnownModel, Map<Form, Cost>> costs) {
    Table table =
        new Table()
            .text("VARIANT")
            .number("PARAMETERS M")
            .number("published")
            .number("inference")
            .number("paper")
            .number("SIZE")
            .number("GMACS")
            .number("inference")
            .number("paper")
            .number("GPU ms")
            .number("mobile ms")
            .number("top-1 %")
            .number("distilled");
    costs.forEach(
        (model, forms) -> {
          Published paper = model.published();
          table.row(
              model.name(),
              millions(forms.get(Form.TRAIN).parameters()),
              millions(forms.get(Form.PUBLISHED).parameters()),
              millions(forms.get(Form.INFERENCE).parameters()),
              figure(paper, Published::parametersM),
              taken(model).toString(),
              billions(forms.get(Form.TRAIN).macs()),
              billions(forms.get(Form.INFERENCE).macs()),
              figure(paper, Published::gmacs),
              figure(paper, Published::gpuMs),
              figure(paper, Published::mobileMs),
              figure(paper, Published::top1),
              figure(paper, Published::top1Distilled));
        });
    table.print(terminal);
    terminal
        .out()
        .println(
            terminal.faint(
                "PARAMETERS and GMACS are of the train form first; paper and GPU ms to distilled"
                    + " are as published: FastViT's by its paper, the others' by their authors."));
  }

  private static String figure(Published paper, Function<Published, Double> field) {
    Double value = paper == null ? null : field.apply(paper);
    return value == null ? "" : value.toString();
  }

  private Map<String, Object> describe(KnownModel model, Map<Form, Cost> forms) {
    Map<String, Object> parameters = new LinkedHashMap<>();
    Map<String, Object> macs = new LinkedHashMap<>();
    forms.forEach(
        (form, cost) -> {
          String key = form.name().toLowerCase(Locale.ROOT);
          parameters.put(key, cost.parameters());
          macs.put(key, cost.macs());
        });
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("variant", model.name());
    map.put("height", taken(model).height());
    map.put("width", taken(model).width());
    map.put("parameters", parameters);
    map.put("macs", macs);
    Published paper = model.published();
    if (paper != null) {
      Map<String, Object> published = new LinkedHashMap<>();
      published.put("source", paper.source());
      published.put("size", paper.size());
      published.put("parameters_m", paper.parametersM());
      published.put("gmacs", paper.gmacs());
      published.put("gpu_ms", paper.gpuMs());
      published.put("mobile_ms", paper.mobileMs());
      published.put("top1", paper.top1());
      published.put("top1_distilled", paper.top1Distilled());
      map.put("paper", published);
    }
    return map;
  }

  private static String millions(long count) {
    return String.format(Locale.ROOT, "%.2f", count / 1e6);
  }

  private static String billions(Long count) {
    return count == null ? "-" : String.format(Locale.ROOT, "%.2f", count / 1e9);
  }
}
