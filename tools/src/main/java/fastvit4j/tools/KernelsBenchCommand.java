package fastvit4j.tools;

import fastvit4j.model.KnownModel;
import fastvit4j.model.KnownModels;
import fastvit4j.model.UserException;
import fastvit4j.model.io.AtomicFile;
import fastvit4j.model.operator.Shape;
import fastvit4j.runtime.Ceiling;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.DeviceException;
import fastvit4j.runtime.cpu.CpuRoof;
import fastvit4j.runtime.tornado.Roof;
import fastvit4j.runtime.tornado.Workbench;
import fastvit4j.tools.kernels.CaseSpec;
import fastvit4j.tools.kernels.KernelMeasurement;
import fastvit4j.tools.kernels.KernelRow;
import fastvit4j.tools.kernels.LibraryComparison;
import fastvit4j.tools.kernels.ModelCases;
import fastvit4j.tools.kernels.RooflineSummary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "bench",
    header = "Measure and check every kernel of an operator, or of several together.",
    description = {
      "Runs each kernel that can compute the operators at a shape, in turns, by the device's"
          + " timers; where there are several operators also each by itself (separate). For each:"
          + " the median time; GFLOP/s; GB/s of what its launches read and write; its part of what"
          + " the device's measured peak and memory allow (ROOF); what the cost model predicts"
          + " (MODEL); the largest error against float64, and as a fraction of what an error"
          + " analysis allows; and the largest difference from any other's result (APART). The"
          + " kernel with a star is the one that the device gets.",
      "",
      "Operators are joined by +, each with its numbers: conv:out=N,k=3,s=1,g=1,"
          + " depthwise:k=3,s=1,m=1, pointwise:out=N, linear:out=N, attention,"
          + " squeezeexcite:reduced=N, globalaverage, averagepool:k=3,s=1, maxpool:k=3,s=2,"
          + " batchnorm, layernorm, groupnorm, layerscale, tokens, firsttoken, add, subtract, gelu,"
          + " relu, silu. add and subtract take the input as their other operand. With pictures+"
          + " before them the input is pictures as bytes, which are normalised first:"
          + " pictures+conv:out=48,s=2+gelu.",
      "",
      "--precision float32,float16 measures both; STORED tells which kernels store float32 where"
          + " float16 is asked for.",
      "",
      "Status 1 says that a kernel failed or is not as exact as it must be."
    },
    footer = {
      "",
      "Examples:",
      "  fastvit kernels bench pointwise:out=192+gelu --shape 1x64x64x64 --device tornado:opencl:0",
      "  fastvit kernels bench depthwise:k=7 --sweep 1x64x64x48,1x8x8x384 --html depthwise.html",
      "  fastvit kernels bench --sweep sa12 --batch 8 --csv sa12.csv",
      "  fastvit kernels bench --sweep sa12 --batch 64 --summary --precision float32,float16"
    })
final class KernelsBenchCommand extends Subcommand {
  @Mixin private DeviceOptions device;

  @Parameters(
      paramLabel = "OPERATORS",
      arity = "0..1",
      description = "What to compute, for example depthwise:k=7+pointwise:out=192+gelu.")
  private String operators;

  @Option(
      names = "--shape",
      paramLabel = "NxHxWxC",
      defaultValue = "1x64x64x64",
      description = "The input: images, height, width, channels (default: ${DEFAULT-VALUE}).")
  private String shape;

  @Option(
      names = "--sweep",
      paramLabel = "SHAPE,…|MODEL",
      description =
          "Several shapes instead; or a model, each different step of which is measured, of the"
              + " kinds that OPERATORS names if it is given (pointwise, depthwise, attention, …).")
  private String sweep;

  @Option(
      names = "--size",
      paramLabel = "N|HxW",
      converter = InputSize.Converter.class,
      description = "Input size of the model of --sweep (default: its own).")
  private InputSize size;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "1",
      converter = Count.Positive.class,
      description = "Images of the model of --sweep (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--kernel",
      split = ",",
      paramLabel = "NAME",
      description = "Take these kernels only, as `fastvit kernels --all` lists them, or unfused.")
  private List<String> kernels = List.of();

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "0.5",
      description = "How long each kernel is run, in all (default: ${DEFAULT-VALUE}).")
  private double seconds;

  @Option(
      names = "--library",
      description =
          "Also the product by the vendor's libraries, where TornadoVM has them, on CUDA devices:"
              + " alone by cuBLAS, cuBLASLt and CUTLASS, in float32 also with TF32, and in float16"
              + " also with the case's bias and GELU. A row for each call.")
  private boolean library;

  @Option(
      names = "--summary",
      description =
          "Of a model's steps only what the device gets, and of fusions also the steps one by one;"
              + " then, for each operator, the lowest, the median and the time-weighted part of the"
              + " roofline beside what is aimed at, and for each fusion whether it is faster.")
  private boolean summary;

  @Option(names = "--csv", paramLabel = "FILE.csv", description = "Write the numbers there too.")
  private Path csv;

  @Option(
      names = "--html",
      paramLabel = "FILE.html",
      description = "Draw a roofline chart there too, a page that needs nothing else.")
  private Path html;

  @Mixin private JsonOption json;

  KernelsBenchCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  int run() {
    if (!(seconds >= 0 && seconds <= 3600)) {
      throw new UserException("--seconds must be from 0 to 3600, not " + seconds);
    }
    if (operators == null && sweep == null) {
      throw new UserException(
          "nothing to measure: give OPERATORS, for example pointwise:out=192+gelu, or --sweep"
              + " MODEL");
    }
    if (summary && (!isModel() || !kernels.isEmpty() || library)) {
      throw new UserException(
          "--summary judges what a device gets: give it --sweep MODEL, without --kernel and"
              + " --library");
    }
    List<Device> devices = device.devices();
    List<List<ModelCases.Problem>> cases = devices.stream().map(this::cases).toList();
    Optional<Ceiling> roof = roof(devices.getFirst());
    KernelBenchReport report =
        new KernelBenchReport(terminal, roof, !devices.getFirst().name().equals("emulator"));
    if (!json.on()) {
      report.begin(devices.getFirst());
    }
    List<Map<String, Object>> runs = new ArrayList<>();
    List<KernelBenchReport.Measured> all = new ArrayList<>();
    for (int i = 0; i < devices.size(); i++) {
      if (!json.on() && devices.size() > 1) {
        report.precision(devices.get(i));
      }
      List<KernelBenchReport.Measured> measured =
          measure(devices.get(i), roof, cases.get(i), report);
      all.addAll(measured);
      if (json.on()) {
        runs.add(report.json(measured));
      }
      if (summary) {
        judge(measured, runs);
      }
    }
    if (json.on()) {
      JsonOption.print(terminal, runs.size() == 1 ? runs.getFirst() : Map.of("runs", runs));
    }
    if (csv != null) {
      AtomicFile.writeString(csv, report.csv(all));
    }
    if (html != null) {
      AtomicFile.writeString(html, report.html(all));
    }
    if (!all.stream().flatMap(one -> one.rows().stream()).allMatch(KernelRow::isRight)) {
      throw new DeviceException(
          "a kernel failed or is less exact than it must be: see the column OF BOUND", null);
    }
    return 0;
  }

  private List<KernelBenchReport.Measured> measure(
      Device on, Optional<Ceiling> roof, List<ModelCases.Problem> cases, KernelBenchReport report) {
    KernelMeasurement.Purpose purpose =
        summary ? KernelMeasurement.Purpose.SUMMARY : KernelMeasurement.Purpose.REPORT;
    KernelMeasurement measurement =
        new KernelMeasurement(on, roof, seconds, device.threads(), purpose);
    List<KernelBenchReport.Measured> measured = new ArrayList<>();
    for (ModelCases.Problem one : cases) {
      List<String> ways =
          summary ? RooflineSummary.ways(one, measurement.chosen(one.shown())) : kernels;
      if (summary && ways.isEmpty()) {
        continue;
      }
      KernelBenchReport.Measured rows = measure(measurement, one, ways);
      measured.add(rows);
      if (!json.on()) {
        report.print(rows);
      }
    }
    if (measured.isEmpty()) {
      throw new UserException(
          "there is nothing to judge: "
              + on.name()
              + " gets none of these steps of "
              + sweep
              + " alone");
    }
    return measured;
  }

  /** The limits of a device, where they can be measured; they hold for every precision. */
  private Optional<Ceiling> roof(Device on) {
    Optional<Ceiling> kernels = Roof.of(on).map(Ceiling.class::cast);
    return kernels.or(() -> CpuRoof.of(on, device.threads()));
  }

  private void judge(List<KernelBenchReport.Measured> measured, List<Map<String, Object>> runs) {
    RooflineSummary found =
        RooflineSummary.of(
            measured.stream()
                .map(rows -> new RooflineSummary.Measured(rows.problem(), rows.rows()))
                .toList());
    if (json.on()) {
      runs.getLast().put("summary", KernelSummaryReport.json(found));
    } else {
      KernelSummaryReport.print(terminal, found);
    }
  }

  private KernelBenchReport.Measured measure(
      KernelMeasurement measurement, ModelCases.Problem one, List<String> ways) {
    List<KernelRow> rows = new ArrayList<>(measurement.of(one.shown(), ways));
    Map<String, String> missing = Map.of();
    if (library) {
      LibraryComparison.Found found =
          new LibraryComparison(measurement.device(), measurement.roof(), seconds).of(one.shown());
      rows.addAll(found.rows());
      rows.sort(KernelRow.FASTEST_FIRST);
      missing = found.missing();
    }
    return new KernelBenchReport.Measured(measurement.device(), one, rows, missing);
  }

  private boolean isModel() {
    return sweep != null && !Character.isDigit(sweep.isEmpty() ? ' ' : sweep.charAt(0));
  }

  private List<ModelCases.Problem> cases(Device on) {
    if (isModel()) {
      return modelCases(on);
    }
    if (operators == null) {
      throw new UserException("--sweep of shapes needs OPERATORS: for example pointwise");
    }
    return Stream.of((sweep == null ? shape : sweep).split(",", -1))
        .map(one -> CaseSpec.parse(operators, CaseSpec.shape(one)))
        .map(one -> new ModelCases.Problem(one.name(), List.of(), 1, 1, one))
        .toList();
  }

  private List<ModelCases.Problem> modelCases(Device on) {
    KnownModel model = KnownModels.named(sweep);
    if (!Workbench.isFor(on)) {
      throw new UserException(
          on.name()
              + " chooses no kernels by shape: take a device tornado:… or emulator for --sweep"
              + " "
              + sweep);
    }
    InputSize taken = size == null ? new InputSize(model.size(), model.size()) : size;
    Shape input = taken.batch(batch);
    List<ModelCases.Problem> cases =
        ModelCases.of(model, input, on).stream()
            .filter(problem -> operators == null || problem.kind().equals(operators))
            .toList();
    if (cases.isEmpty()) {
      throw new UserException(
          "no step of "
              + sweep
              + " is "
              + operators
              + ": take one of "
              + String.join(", ", CaseSpec.names()).toLowerCase(Locale.ROOT));
    }
    return cases;
  }
}
