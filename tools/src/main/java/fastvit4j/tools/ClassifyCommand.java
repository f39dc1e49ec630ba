package fastvit4j.tools;

import fastvit4j.model.Model;
import fastvit4j.model.checkpoint.Checkpoint;
import fastvit4j.runtime.Classifier;
import fastvit4j.runtime.Prediction;
import fastvit4j.tools.pipeline.Pipeline;
import fastvit4j.tools.pipeline.ReadAhead;
import fastvit4j.tools.pipeline.StageTimes;
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
          + " cannot be read is named on standard error, and the others are classified. Of many,"
          + " the next ones are read while the device computes."
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

  @Mixin private final ModelOptions model;
  @Mixin private final PictureOptions pictures = new PictureOptions();
  @Mixin private final DeviceOptions device;
  @Mixin private final PipelineOptions pipelines = new PipelineOptions();

  @Option(
      names = "--top",
      paramLabel = "K",
      converter = Count.Positive.class,
      description = "How many classes to print at most (default: ${DEFAULT-VALUE}).")
  private int top = 5;

  @Mixin private final JsonOption json = new JsonOption();

  /** A command to be filled from a command line. */
  ClassifyCommand(Terminal terminal) {
    this(terminal, new ModelOptions(), new DeviceOptions(), null);
  }

  /** A command of a model, a device and pictures, and else with what is default. */
  ClassifyCommand(Terminal terminal, ModelOptions model, DeviceOptions device, List<Path> images) {
    super(terminal);
    this.model = model;
    this.device = device;
    this.images = images;
  }

  @Override
  int run() {
    device.prepare();
    ReadAhead ahead = ReadAhead.start(images.getFirst());
    try (Checkpoint checkpoint = model.open(terminal)) {
      Model network = pictures.of(model.network(checkpoint));
      // Opening compiles, and runs once on blank images; the pictures come in classify().
      try (ClassifierPipeline opened = pipelines.open(network, device, images.size(), terminal)) {
        opened.pipeline().take(ahead);
        return classify(opened.classifier(), opened.pipeline());
      }
    }
  }

  private int classify(Classifier classifier, Pipeline pipeline) {
    try (Progress progress = new Progress(terminal, "classifying", images.size())) {
      Answers answers = new Answers(classifier, progress);
      pipeline.run(images, 0, answers);
      progress.wipe();
      if (json.on()) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("model", classifier.session().graph().name());
        result.put("device", classifier.session().device().name());
        result.put("images", answers.results);
        StageTimes times = pipeline.times();
        result.put("seconds", times.seconds());
        if (times.pictures() > 0) {
          result.put("pipeline", times.describe());
        }
        JsonOption.print(terminal, result);
      }
      return answers.status;
    }
  }

  /** Prints what comes out of the pipeline, or keeps it for the JSON. */
  private final class Answers implements Pipeline.Sink {
    private final Classifier classifier;
    private final Progress progress;
    private final List<Object> results = new ArrayList<>();
    private int status;
    private int done;

    Answers(Classifier classifier, Progress progress) {
      this.classifier = classifier;
      this.progress = progress;
    }

    @Override
    public void logits(int index, float[] logits) {
      Path image = images.get(index);
      List<Prediction> predictions = Prediction.rank(logits, classifier.labels(), top);
      if (json.on()) {
        results.add(describe(image, predictions));
      } else {
        progress.wipe();
        print(image, predictions);
      }
    }

    @Override
    public void unreadable(int index, String reason) {
      progress.wipe();
      terminal.err().println("fastvit: " + reason);
      status = Failures.USER;
    }

    @Override
    public void done(int next) {
      progress.step(next - done);
      done = next;
    }

    @Override
    public void remark(String text) {
      progress.wipe();
      terminal.err().println("fastvit: " + text);
    }
  }

  private void print(Path image, List<Prediction> predictions) {
    terminal.out().println(terminal.bold(image.toString()));
    for (int i = 0; i < predictions.size(); i++) {
      Prediction prediction = predictions.get(i);
      String percent = Text.right(Text.percent(prediction.probability()), 7);
      String line = "  " + percent + "%  " + prediction.label();
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
