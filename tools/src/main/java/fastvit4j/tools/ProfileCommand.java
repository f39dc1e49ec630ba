package fastvit4j.tools;

import fastvit4j.model.KnownModels;
import fastvit4j.model.Model;
import fastvit4j.model.checkpoint.Checkpoint;
import fastvit4j.model.checkpoint.SyntheticWeights;
import fastvit4j.model.image.Preprocessing;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Activation;
import fastvit4j.runtime.Session;
import fastvit4j.runtime.SessionOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "profile",
    header = "Show where the time of a forward pass goes.",
    description = {
      "Runs a network step by step and prints each step's operators, output shape, time, GFLOP/s,"
          + " GB/s and share of the whole: the medians of some runs, after as many that do not"
          + " count.",
      "",
      "A model without weights runs on synthetic ones: the time is the same. FLOPs are two for"
          + " each multiply-accumulate; bytes are those of weights and activations, each touched"
          + " once. Of steps that the processor computes together, the first shows all."
    },
    footer = {
      "",
      "Examples:",
      "  fastvit profile --variant t8",
      "  fastvit profile --weights fastvit_sa12.safetensors --size 384 --json",
      "  fastvit profile --variant t8 --jfr t8.jfr      then open t8.jfr in Mission Control"
    })
final class ProfileCommand extends Subcommand {
  private static final long SEED = 1;

  @Mixin private ModelOptions model;
  @Mixin private DeviceOptions device;

  @Option(
      names = "--size",
      paramLabel = "N|HxW",
      converter = InputSize.Converter.class,
      description = "Input size (default: the model's own).")
  private InputSize size;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "1",
      converter = Count.Positive.class,
      description = "Images in the batch (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--form",
      paramLabel = "train|inference",
      defaultValue = "inference",
      converter = NetworkForm.Converter.class,
      description = "Form to compute the network in (default: ${DEFAULT-VALUE}).")
  private NetworkForm form;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "20",
      converter = Count.Positive.class,
      description = "Runs that count (default: ${DEFAULT-VALUE}).")
  private int runs;

  @Option(
      names = "--jfr",
      paramLabel = "FILE.jfr",
      description =
          "Write a flight recording too, of the runs that count, with an event for each step.")
  private Path recording;

  @Mixin private JsonOption json;

  ProfileCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  int run() {
    if (model.isVariantAlone()) {
      return profile(form.synthetic(KnownModels.named(model.variant())));
    }
    try (Checkpoint checkpoint = model.open(terminal)) {
      return profile(form.of(checkpoint));
    }
  }

  private int profile(Model network) {
    Preprocessing own = network.preprocessing();
    InputSize input = size == null ? new InputSize(own.height(), own.width()) : size;
    Shape shape = input.batch(batch);
    Activation image =
        Activation.fromNchw(
            new SyntheticWeights(SEED).image(shape.n(), shape.c(), shape.h(), shape.w()));
    SessionOptions options = SessionOptions.of(shape).withThreads(device.threads());
    List<Session.Profile> profiles = new ArrayList<>();
    try (Session session =
            CompileProgress.compile(terminal, device.device(), network.graph(), options);
        Progress progress = new Progress(terminal, "profiling", 2L * runs)) {
      for (int i = 0; i < runs; i++) {
        session.profile(image);
        progress.step();
      }
      try (FlightRecording flight = FlightRecording.start(recording)) {
        for (int i = 0; i < runs; i++) {
          profiles.add(session.profile(image));
          progress.step();
        }
        flight.write();
      }
      progress.wipe();
      ProfileReport report = ProfileReport.of(session, profiles);
      if (json.on()) {
        JsonOption.print(terminal, report.describe());
      } else {
        report.print(terminal);
      }
    }
    return 0;
  }
}
