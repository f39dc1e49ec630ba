package fastvit4j.tools;

import fastvit4j.model.fastvit.FastViT;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.fastvit.Variant;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Weights;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "models",
    header = "List the variants, with what they cost.",
    description = {
      "Lists FastViT's variants with their parameters and multiply-accumulate operations in each"
          + " form, next to the paper's figures.",
      "",
      "train is the network as it was trained; published is the inference form of the public code;"
          + " inference has everything folded that can be, and is what runs.",
      "",
      "The paper's figures are for 256x256: GPU latency on an RTX 2080 Ti with TensorRT (batch 8),"
          + " mobile latency on an iPhone 12 Pro with Core ML, top-1 on ImageNet-1k without and"
          + " with distillation."
    })
final class ModelsCommand extends Subcommand {
  @Option(
      names = "--size",
      paramLabel = "N|HxW",
      defaultValue = "256",
      converter = InputSize.Converter.class,
      description = "Input size that operations are counted at (default: ${DEFAULT-VALUE}).")
  private InputSize size;

  @Mixin private JsonOption json;

  ModelsCommand(Terminal terminal) {
    super(terminal);
  }

  /** What a form of a variant costs. */
  private record Cost(long parameters, long macs) {}

  @Override
  int run() {
    Shape input = size.batch(1);
    Map<Variant, Map<Form, Cost>> costs = new LinkedHashMap<>();
    for (Variant variant : Variant.values()) {
      Map<Form, Cost> forms = new LinkedHashMap<>();
      for (Form form : Form.values()) {
        Graph graph = FastViT.graph(variant.config(), form, Weights.shapesOnly());
        forms.put(form, new Cost(graph.parameters(), graph.macs(input)));
      }
      costs.put(variant, forms);
    }
    if (json.on()) {
      List<Object> models = new ArrayList<>();
      costs.forEach((variant, forms) -> models.add(describe(variant, forms)));
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("height", size.height());
      result.put("width", size.width());
      result.put("models", models);
      JsonOption.print(terminal, result);
    } else {
      print(costs);
    }
    return 0;
  }

  private void print(Map<Variant, Map<Form, Cost>> costs) {
    Table table =
        new Table()
            .text("VARIANT")
            .number("PARAMETERS M")
            .number("published")
            .number("inference")
            .number("paper")
            .number("GMACS@" + size)
            .number("inference")
            .number("paper@256")
            .number("GPU ms")
            .number("mobile ms")
            .number("top-1 %")
            .number("distilled");
    costs.forEach(
        (variant, forms) -> {
          Variant.Paper paper = variant.paper();
          table.row(
              Variants.name(variant),
              millions(forms.get(Form.TRAIN).parameters()),
              millions(forms.get(Form.PUBLISHED).parameters()),
              millions(forms.get(Form.INFERENCE).parameters()),
              Double.toString(paper.parametersM()),
              billions(forms.get(Form.TRAIN).macs()),
              billions(forms.get(Form.INFERENCE).macs()),
              Double.toString(paper.gmacs()),
              Double.toString(paper.gpuMs()),
              Double.toString(paper.mobileMs()),
              Double.toString(paper.top1()),
              Double.toString(paper.top1Distilled()));
        });
    table.print(terminal);
    terminal
        .out()
        .println(
            terminal.faint(
                "PARAMETERS and GMACS are of the train form first; GPU ms to distilled are the"
                    + " paper's."));
  }

  private static Map<String, Object> describe(Variant variant, Map<Form, Cost> forms) {
    Map<String, Object> parameters = new LinkedHashMap<>();
    Map<String, Object> macs = new LinkedHashMap<>();
    forms.forEach(
        (form, cost) -> {
          String key = form.name().toLowerCase(Locale.ROOT);
          parameters.put(key, cost.parameters());
          macs.put(key, cost.macs());
        });
    Variant.Paper paper = variant.paper();
    Map<String, Object> published = new LinkedHashMap<>();
    published.put("parameters_m", paper.parametersM());
    published.put("gmacs", paper.gmacs());
    published.put("gpu_ms", paper.gpuMs());
    published.put("mobile_ms", paper.mobileMs());
    published.put("top1", paper.top1());
    published.put("top1_distilled", paper.top1Distilled());
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("variant", Variants.name(variant));
    map.put("parameters", parameters);
    map.put("macs", macs);
    map.put("paper", published);
    return map;
  }

  private static String millions(long count) {
    return String.format(Locale.ROOT, "%.2f", count / 1e6);
  }

  private static String billions(long count) {
    return String.format(Locale.ROOT, "%.2f", count / 1e9);
  }
}
