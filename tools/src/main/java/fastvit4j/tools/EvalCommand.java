package fastvit4j.tools;

import fastvit4j.model.Model;
import fastvit4j.model.UserException;
import fastvit4j.model.checkpoint.Checkpoint;
import fastvit4j.model.fastvit.FastViTConfig;
import fastvit4j.model.fastvit.Variant;
import fastvit4j.model.io.AtomicFile;
import fastvit4j.model.tensor.Tensor;
import fastvit4j.tools.eval.Dataset;
import fastvit4j.tools.eval.EvalState;
import fastvit4j.tools.eval.Evaluation;
import fastvit4j.tools.eval.Protocol;
import fastvit4j.tools.eval.Tally;
import fastvit4j.tools.fetch.PublishedModel;
import fastvit4j.tools.fetch.Registry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

@Command(
    name = "eval",
    header = "Measure the accuracy on labelled pictures.",
    description = {
      "Classifies every picture in DIR/<class>/ and prints top-1 and top-5 accuracy with their 95"
          + " %% intervals, throughput, which stage limits it, and what the worst classes were"
          + " taken for. With --truth, the pictures lie in DIR as they like, and a list says their"
          + " classes.",
      "",
      "Folders are named as the model's labels, or by WordNet ids (n01440764) for ImageNet; if"
          + " neither and there are as many folders as classes, the sorted folders are the classes,"
          + " as with torchvision's ImageFolder. Which of these it was is printed.",
      "",
      "Protocols: folders (any data), imagenet, imagenet-a, imagenet-r, imagenet-sketch,"
          + " imagenet-c. docs/eval.md tells what each does."
    },
    footer = {
      "",
      "Examples:",
      "  fastvit eval digits/",
      "  fastvit eval imagenet/val --protocol imagenet --variant sa12 --batch 16 --state"
          + " sa12.state",
      "  fastvit eval imagenet-c/ --protocol imagenet-c --variant sa12 --json",
      "  fastvit eval digits/ --predictions predictions.csv --per-class classes.csv"
    })
final class EvalCommand extends Subcommand {
  private static final int NAMED_FAILURES = 20;
  private static final Duration SAVE_EVERY = Duration.ofSeconds(20);

  @Parameters(paramLabel = "DIR", description = "Directory of class folders.")
  private Path directory;

  @Mixin private ModelOptions model;
  @Mixin private PictureOptions pictures;
  @Mixin private DeviceOptions device;

  @Option(
      names = "--protocol",
      paramLabel = "NAME",
      defaultValue = "folders",
      converter = ProtocolConverter.class,
      description = "How DIR is laid out and measured (default: ${DEFAULT-VALUE}).")
  private Protocol protocol;

  @Option(
      names = "--truth",
      paramLabel = "FILE",
      description = "Classes of the pictures, a line each: name, then WordNet id, label or index.")
  private Path truth;

  @Mixin private PipelineOptions pipelines;

  @Option(
      names = "--state",
      paramLabel = "FILE",
      description = "Keep here how far it is, and go on from there if it exists.")
  private Path state;

  @Option(
      names = "--max-unreadable",
      paramLabel = "PERCENT",
      defaultValue = "1",
      description =
          "Unreadable pictures are named and left out; more than this is a failure (default:"
              + " ${DEFAULT-VALUE}).")
  private double maxUnreadable;

  @Option(
      names = "--predictions",
      paramLabel = "FILE.csv",
      description =
          "Write a line for each picture: file, class, predicted class, its probability, and the"
              + " place of the right class among the predicted.")
  private Path predictions;

  @Option(
      names = "--per-class",
      paramLabel = "FILE.csv",
      description = "Write a line for each class: accuracy with its interval, and confusions.")
  private Path perClass;

  @Mixin private PublishedOption published;
  @Mixin private JsonOption json;

  EvalCommand(Terminal terminal) {
    super(terminal);
  }

  /** Reads a protocol's name. */
  static final class ProtocolConverter implements ITypeConverter<Protocol> {
    @Override
    public Protocol convert(String value) {
      return Arrays.stream(Protocol.values())
          .filter(protocol -> protocol.text().equalsIgnoreCase(value))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "'"
                          + value
                          + "' is none of "
                          + Arrays.stream(Protocol.values()).map(Protocol::text).toList()));
    }
  }

  @Override
  int run() {
    if (truth != null && protocol == Protocol.IMAGENET_C) {
      throw new UserException("imagenet-c has class folders: leave --truth out");
    }
    if (!(maxUnreadable >= 0 && maxUnreadable <= 100)) {
      throw new UserException("--max-unreadable must be from 0 to 100");
    }
    PublishedFile figures = published.read();
    try (Checkpoint checkpoint = model.open(terminal)) {
      Model network = pictures.of(model.network(checkpoint));
      Dataset dataset = Dataset.find(directory, truth, protocol, network.labels());
      EvalState known =
          state == null
              ? EvalState.inMemory()
              : EvalState.open(state, identity(checkpoint, network, dataset));
      int pictures = dataset.parts().getFirst().listing().get().size();
      try (ClassifierPipeline opened = pipelines.open(network, device, pictures, terminal)) {
        return evaluate(opened, dataset, known, published(checkpoint), figures);
      }
    }
  }

  private int evaluate(
      ClassifierPipeline opened,
      Dataset dataset,
      EvalState known,
      List<PublishedModel> models,
      PublishedFile figures) {
    Evaluation evaluation = new Evaluation(dataset, known, SAVE_EVERY);
    if (known.done() > 0) {
      terminal.err().println("fastvit: " + known.done() + " pictures are known from " + state);
    }
    EvalReport report;
    try (Bars bars = new Bars(terminal, dataset.parts().size())) {
      evaluation.run(opened.pipeline(), bars::at);
      report =
          new EvalReport(
              opened.classifier().session(),
              opened.classifier().labels(),
              dataset,
              evaluation,
              evaluation.total(),
              opened.pipeline().times(),
              models,
              figures.of(models));
    }
    Tally total = report.total();
    evaluation.remarks().forEach(remark -> terminal.err().println("fastvit: " + remark));
    evaluation.failures().stream()
        .limit(NAMED_FAILURES)
        .forEach(failure -> terminal.err().println("fastvit: " + failure));
    if (evaluation.failures().size() > NAMED_FAILURES) {
      terminal
          .err()
          .println(
              "fastvit: and "
                  + (evaluation.failures().size() - NAMED_FAILURES)
                  + " more that could not be read (--json names them all)");
    }
    if (total.pictures() == 0) {
      throw new UserException("no picture in " + directory + " could be read");
    }
    if (predictions != null) {
      AtomicFile.writeString(predictions, report.predictions());
    }
    if (perClass != null) {
      AtomicFile.writeString(perClass, report.perClass());
    }
    if (json.on()) {
      JsonOption.print(terminal, report.describe());
    } else {
      report.print(terminal);
    }
    double part = 100.0 * total.unreadable() / (total.unreadable() + total.pictures());
    return part > maxUnreadable ? Failures.USER : 0;
  }

  /** The checkpoints whose figures there are to compare with: the one that was fetched, or all. */
  private List<PublishedModel> published(Checkpoint checkpoint) {
    Optional<String> name = model.published();
    Optional<Variant> variant = variant(checkpoint.config());
    return Registry.bundled().models().stream()
        .filter(
            known ->
                name.isPresent()
                    ? known.name().equals(name.get())
                    : variant.isPresent()
                        && known.variant().equals(variant)
                        && known.name().startsWith("fastvit_"))
        .toList();
  }

  private static Optional<Variant> variant(FastViTConfig config) {
    return Arrays.stream(Variant.values())
        .filter(v -> v.config().withName(config.name()).equals(config))
        .findFirst();
  }

  /** A digest of all that the answers depend on, but for the names of the pictures. */
  private String identity(Checkpoint checkpoint, Model network, Dataset dataset) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Tensor tensor : checkpoint.parameters().values()) {
        digest.update(tensor.toString().getBytes(StandardCharsets.UTF_8));
        digest.update(tensor.data().asByteBuffer());
      }
      String rest =
          network.preprocessing()
              + " "
              + network.labels()
              + " "
              + dataset.protocol()
              + " "
              + dataset.classes();
      digest.update(rest.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A bar for each part. */
  private static final class Bars implements AutoCloseable {
    private final Terminal terminal;
    private final int parts;
    private String name;
    private Progress progress;
    private long last;
    private int part;

    Bars(Terminal terminal, int parts) {
      this.terminal = terminal;
      this.parts = parts;
    }

    void at(fastvit4j.tools.eval.Part of, long done, long all) {
      if (!of.name().equals(name)) {
        close();
        name = of.name();
        part++;
        last = 0;
        String what = parts == 1 ? "evaluating" : "%s (%d of %d)".formatted(name, part, parts);
        progress = new Progress(terminal, what, all);
      }
      progress.step(done - last);
      last = done;
    }

    @Override
    public void close() {
      if (progress != null) {
        progress.close();
      }
    }
  }
}
