package fastvit4j.tools;

import fastvit4j.model.Model;
import fastvit4j.model.UserException;
import fastvit4j.model.checkpoint.Checkpoint;
import fastvit4j.runtime.Classifier;
import fastvit4j.runtime.Prediction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "classify",
    header = "Say what is on pictures.",
    description = {
      "Prints the most probable classes of each picture (PNG, JPEG, WebP, BMP, GIF).",
      "",
      "Without --weights, the bundled model answers, which knows handwritten digits. A picture that"
          + " cannot be read is named on standard error, and the others are classified."
    },
    footer = {
      "",
      "Examples:",
      "  fastvit classify digit.png",
      "  fastvit classify --weights fastvit_sa12.safetensors --top 3 *.jpg",
      "  fastvit classify --json cat.jpg | jq '.images[0].predictions[0].label'"
    })
final class ClassifyCommand extends Subcommand {
  @Parameters(arity = "1..*", paramLabel = "IMAGE", description = "Picture files.")
  private List<Path> images;

  @Mixin private ModelOptions model;
  @Mixin private PictureOptions pictures;
  @Mixin private DeviceOptions device;

  @Option(
      names = "--top",
      paramLabel = "K",
      defaultValue = "5",
      converter = Count.Positive.class,
      description = "How many classes to print at most (default: ${DEFAULT-VALUE}).")
  private int top;

  @Mixin private JsonOption json;

  ClassifyCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  int run() {
    device.prepare();
    try (Checkpoint checkpoint = model.open(terminal)) {
      Model network = pictures.of(model.network(checkpoint));
      // Opening compiles, and runs once on a blank image; the pictures come in classify().
      try (CompileProgress progress = new CompileProgress(terminal);
          Classifier classifier =
              Classifier.open(network, device.device(), 1, device.threads(), progress)) {
        WarmUp.await();
        return classify(classifier);
      }
    }
  }

  private int classify(Classifier classifier) {
    int status = 0;
    List<Object> results = new ArrayList<>();
    try (Progress progress = new Progress(terminal, "classifying", images.size())) {
      for (Path image : images) {
        try {
          List<Prediction> predictions = classifier.classify(image, top);
          if (json.on()) {
            results.add(describe(image, predictions));
          } else {
            progress.wipe();
            print(image, predictions);
          }
        } catch (UserException e) {
          progress.wipe();
          terminal.err().println("fastvit: " + e.getMessage());
          status = Failures.USER;
        }
        progress.step();
      }
    }
    if (json.on()) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("model", classifier.session().graph().name());
      result.put("device", classifier.session().device().name());
      result.put("images", results);
      JsonOption.print(terminal, result);
    }
    return status;
  }

  private void print(Path image, List<Prediction> predictions) {
    terminal.out().println(terminal.bold(image.toString()));
    for (int i = 0; i < predictions.size(); i++) {
      Prediction prediction = predictions.get(i);
      String line =
          "  %7s%%  %s".formatted(Text.percent(prediction.probability()), prediction.label());
      terminal.out().println(i == 0 ? terminal.green(line) : line);
    }
    terminal.out().flush();
  }

  private static Map<String, Object> describe(Path image, List<Prediction> predictions) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("image", image.toString());
    map.put("predictions", predictions.stream().map(ClassifyCommand::describe).toList());
    return map;
  }

  private static Map<String, Object> describe(Prediction prediction) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("label", prediction.label());
    map.put("index", prediction.index());
    map.put("probability", prediction.probability());
    map.put("logit", prediction.logit());
    return map;
  }
}
