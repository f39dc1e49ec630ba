package fastvit4j.tools;

import fastvit4j.model.KnownModel;
import fastvit4j.model.KnownModels;
import fastvit4j.model.UserException;
import fastvit4j.model.io.AtomicFile;
import fastvit4j.model.operator.Shape;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.DeviceException;
import fastvit4j.runtime.tornado.Roof;
import fastvit4j.runtime.tornado.Workbench;
import fastvit4j.tools.kernels.CaseSpec;
import fastvit4j.tools.kernels.KernelCase;
import fastvit4j.tools.kernels.KernelMeasurement;
import fastvit4j.tools.kernels.KernelRow;
import fastvit4j.tools.kernels.LibraryComparison;
import fastvit4j.tools.kernels.ModelCases;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
          + " relu, silu. add and subtract take the input as their other operand.",
      "",
      "Status 1 says that a kernel failed or is not as exact as it must be."
    },
    footer = {
      "",
      "Examples:",
      "  fastvit kernels bench pointwise:out=192+gelu --shape 1x64x64x64 --device tornado:opencl:0",
      "  fastvit kernels bench depthwise:k=7 --sweep 1x64x64x48,1x8x8x384 --html depthwise.html",
      "  fastvit kernels bench --sweep sa12 --batch 8 --csv sa12.csv"
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
    Device on = device.device();
    List<KernelCase> cases = cases(on);
    Optional<Roof> roof = Roof.of(on);
    KernelMeasurement measurement =
        new KernelMeasurement(on, roof, seconds, KernelMeasurement.Purpose.REPORT);
    KernelBenchReport report = new KernelBenchReport(terminal, on, roof, measurement.isTimed());
    boolean right = true;
    List<KernelBenchReport.Measured> measured = new ArrayList<>();
    if (!json.on()) {
      report.begin();
    }
    for (KernelCase one : cases) {
      KernelBenchReport.Measured rows = measure(measurement, one);
      measured.add(rows);
      right &= rows.rows().stream().allMatch(KernelRow::isRight);
      if (!json.on()) {
        report.print(rows);
      }
    }
    if (json.on()) {
      JsonOption.print(terminal, report.json(measured));
    }
    if (csv != null) {
      AtomicFile.writeString(csv, report.csv(measured));
    }
    if (html != null) {
      AtomicFile.writeString(html, report.html(measured));
    }
    if (!right) {
      throw new DeviceException(
          "a kernel failed or is less exact than it must be: see the column OF BOUND", null);
    }
    return 0;
  }

  private KernelBenchReport.Measured measure(KernelMeasurement measurement, KernelCase one) {
    List<KernelRow> rows = new ArrayList<>(measurement.of(one, kernels));
    Map<String, String> missing = Map.of();
    if (library) {
      LibraryComparison.Found found =
          new LibraryComparison(measurement.device(), measurement.roof(), seconds).of(one);
      rows.addAll(found.rows());
      rows.sort(KernelRow.FASTEST_FIRST);
      missing = found.missing();
    }
    return new KernelBenchReport.Measured(one, rows, missing);
  }

  private List<KernelCase> cases(Device on) {
    if (sweep == null) {
      return List.of(CaseSpec.parse(operators, CaseSpec.shape(shape)));
    }
    if (Character.isDigit(sweep.isEmpty() ? ' ' : sweep.charAt(0))) {
      if (operators == null) {
        throw new UserException("--sweep of shapes needs OPERATORS: for example pointwise");
      }
      List<KernelCase> cases = new ArrayList<>();
      for (String one : sweep.split(",", -1)) {
        cases.add(CaseSpec.parse(operators, CaseSpec.shape(one)));
      }
      return cases;
    }
    return modelCases(on);
  }

  private List<KernelCase> modelCases(Device on) {
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
    List<KernelCase> cases =
        ModelCases.of(model, input, on).stream()
            .filter(problem -> operators == null || ModelCases.isOf(problem, operators))
            .map(ModelCases.Problem::shown)
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
