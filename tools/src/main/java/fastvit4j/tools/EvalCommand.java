package fastvit4j.tools;

import fastvit4j.model.Labels;
import fastvit4j.model.Model;
import fastvit4j.model.UserException;
import fastvit4j.model.checkpoint.Checkpoint;
import fastvit4j.model.image.Picture;
import fastvit4j.model.image.PixelBatch;
import fastvit4j.model.io.AtomicFile;
import fastvit4j.runtime.Classifier;
import fastvit4j.runtime.Prediction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "eval",
    header = "Measure the accuracy on a directory of class folders.",
    description = {
      "Classifies every picture in DIR/<class>/ and prints top-1 and top-5 accuracy, throughput and"
          + " what the worst classes were taken for.",
      "",
      "Folders are named as the model's labels, or by WordNet ids (n01440764) for ImageNet; if"
          + " neither and there are as many folders as classes, the sorted folders are the classes,"
          + " as with torchvision's ImageFolder. Which of these it was is printed."
    },
    footer = {
      "",
      "Examples:",
      "  fastvit eval digits/",
      "  fastvit eval imagenet/val --weights fastvit_sa12.safetensors --batch 16 --json",
      "  fastvit eval digits/ --predictions predictions.csv"
    })
final class EvalCommand extends Subcommand {
  private static final int WORST = 10;
  private static final int WORST_TAKEN_FOR = 3;

  @Parameters(paramLabel = "DIR", description = "Directory of class folders.")
  private Path directory;

  @Mixin private ModelOptions model;
  @Mixin private PictureOptions pictures;
  @Mixin private DeviceOptions device;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "8",
      converter = Count.Positive.class,
      description = "Pictures computed at once (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--predictions",
      paramLabel = "FILE.csv",
      description =
          "Write a line for each picture: file, class, predicted class, its probability, and the"
              + " place of the right class among the predicted.")
  private Path predictions;

  @Mixin private JsonOption json;

  EvalCommand(Terminal terminal) {
    super(terminal);
  }

  /** A picture that was read, or null if it could not be. */
  private record Loaded(LabelledFolder.Picture source, Picture pixels, String failure) {}

  @Override
  int run() {
    try (Checkpoint checkpoint = model.open(terminal)) {
      Model network = pictures.of(ModelOptions.inference(checkpoint));
      LabelledFolder folder = LabelledFolder.find(directory, network.labels());
      int size = Math.min(batch, folder.pictures().size());
      try (CompileProgress progress = new CompileProgress(terminal);
          Classifier classifier =
              Classifier.open(network, device.device(), size, device.threads(), progress)) {
        Accuracy accuracy = new Accuracy();
        List<String> failures = new ArrayList<>();
        long start = System.nanoTime();
        evaluate(classifier, folder.pictures(), accuracy, failures);
        double seconds = (System.nanoTime() - start) / 1e9;
        failures.forEach(failure -> terminal.err().println("fastvit: " + failure));
        if (accuracy.answers().isEmpty()) {
          throw new UserException("no picture in " + directory + " could be read");
        }
        if (predictions != null) {
          AtomicFile.writeString(predictions, csv(accuracy, classifier.labels()));
        }
        Result result =
            new Result(classifier, folder.matching(), accuracy, failures.size(), seconds);
        if (json.on()) {
          JsonOption.print(terminal, result.describe());
        } else {
          result.print(terminal);
        }
        return failures.isEmpty() ? 0 : Failures.USER;
      }
    }
  }

  private void evaluate(
      Classifier classifier,
      List<LabelledFolder.Picture> pictures,
      Accuracy accuracy,
      List<String> failures) {
    try (Progress progress = new Progress(terminal, "evaluating", pictures.size())) {
      for (int from = 0; from < pictures.size(); from += batch) {
        int count = Math.min(batch, pictures.size() - from);
        List<Loaded> read = new ArrayList<>();
        for (Loaded loaded : load(pictures.subList(from, from + count))) {
          if (loaded.failure == null) {
            read.add(loaded);
          } else {
            failures.add(loaded.failure);
          }
        }
        classify(classifier, read, accuracy);
        progress.step(count);
      }
    }
  }

  /** Decodes a batch on all cores. */
  private static List<Loaded> load(List<LabelledFolder.Picture> pictures) {
    Loaded[] loaded = new Loaded[pictures.size()];
    IntStream.range(0, loaded.length)
        .parallel()
        .forEach(
            i -> {
              LabelledFolder.Picture picture = pictures.get(i);
              try {
                loaded[i] = new Loaded(picture, Picture.read(picture.file()), null);
              } catch (UserException e) {
                loaded[i] = new Loaded(picture, null, e.getMessage());
              }
            });
    return Arrays.asList(loaded);
  }

  private static void classify(Classifier classifier, List<Loaded> read, Accuracy accuracy) {
    if (read.isEmpty()) {
      return;
    }
    PixelBatch input = classifier.preprocessor().apply(pixels(read));
    List<List<Prediction>> rankings = classifier.classify(input, classifier.labels().size());
    for (int i = 0; i < rankings.size(); i++) {
      LabelledFolder.Picture source = read.get(i).source;
      accuracy.add(Accuracy.Answer.of(source.file(), source.label(), rankings.get(i)));
    }
  }

  private static Picture[] pixels(List<Loaded> read) {
    return read.stream().map(Loaded::pixels).toArray(Picture[]::new);
  }

  private static String csv(Accuracy accuracy, Labels labels) {
    StringBuilder text = new StringBuilder("image,label,predicted,probability,rank\n");
    for (Accuracy.Answer answer : accuracy.answers()) {
      text.append(Text.csv(answer.file().toString())).append(',');
      text.append(Text.csv(labels.name(answer.label()))).append(',');
      text.append(Text.csv(answer.best().label())).append(',');
      text.append((float) answer.best().probability()).append(',');
      text.append(answer.rank()).append('\n');
    }
    return text.toString();
  }

  /** What comes out. */
  private record Result(
      Classifier classifier, String matching, Accuracy accuracy, int unreadable, double seconds) {
    int pictures() {
      return accuracy.answers().size();
    }

    void print(Terminal terminal) {
      Labels labels = classifier.labels();
      Table table = new Table().text("MEASURE").number("VALUE");
      table.row("pictures", Text.grouped(pictures()));
      if (unreadable > 0) {
        table.row("unreadable", Text.grouped(unreadable));
      }
      table.row("top-1 %", Text.percent(accuracy.top1()));
      table.row("top-5 %", Text.percent(accuracy.top5()));
      table.row("seconds", Text.number(seconds, 2));
      table.row("pictures/s", Text.number(pictures() / seconds, 1));
      table.print(terminal);
      terminal
          .out()
          .println(
              terminal.faint(
                  classifier.session().graph().name()
                      + " on "
                      + classifier.session().device().name()
                      + "; folders are classes by "
                      + matching));
      List<Accuracy.ClassResult> worst = accuracy.worst(WORST);
      if (worst.isEmpty()) {
        return;
      }
      terminal.out().println();
      Table classes =
          new Table().text("WORST CLASSES").number("PICTURES").number("TOP-1 %").text("TAKEN FOR");
      for (Accuracy.ClassResult result : worst) {
        classes.row(
            labels.name(result.label()),
            Integer.toString(result.pictures()),
            Text.percent(result.top1()),
            result.takenFor().entrySet().stream()
                .limit(WORST_TAKEN_FOR)
                .map(e -> labels.name(e.getKey()) + " (" + e.getValue() + ")")
                .collect(Collectors.joining(", ")));
      }
      classes.print(terminal);
    }

    Map<String, Object> describe() {
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("model", classifier.session().graph().name());
      map.put("device", classifier.session().device().name());
      map.put("classes_by", matching);
      map.put("images", pictures());
      map.put("unreadable", unreadable);
      map.put("top1", accuracy.top1());
      map.put("top5", accuracy.top5());
      map.put("seconds", seconds);
      map.put("images_per_second", pictures() / seconds);
      map.put("worst_classes", accuracy.worst(WORST).stream().map(this::describe).toList());
      return map;
    }

    private Map<String, Object> describe(Accuracy.ClassResult result) {
      Labels labels = classifier.labels();
      Map<String, Object> takenFor = new LinkedHashMap<>();
      result.takenFor().forEach((label, count) -> takenFor.put(labels.name(label), count));
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("label", labels.name(result.label()));
      map.put("images", result.pictures());
      map.put("top1", result.top1());
      map.put("taken_for", takenFor);
      return map;
    }
  }
}
