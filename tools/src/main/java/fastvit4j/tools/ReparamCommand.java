package fastvit4j.tools;

import fastvit4j.model.UserException;
import fastvit4j.model.checkpoint.Checkpoint;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.image.Preprocessing;
import fastvit4j.model.io.AtomicFile;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.DType;
import fastvit4j.reparam.Reparameterization;
import fastvit4j.reparam.Reparameterization.Trace;
import fastvit4j.reparam.Report;
import fastvit4j.reparam.Verification;
import fastvit4j.reparam.Verifier;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

@Command(
    name = "reparam",
    header = "Fold a checkpoint's train-time branches into its inference form.",
    description = {
      "Reads a checkpoint in any form and writes it with its branches merged and its normalisations"
          + " and scales folded, in F32. The folding is computed in float64.",
      "",
      "--verify computes the network before and after every pass, in float64 on a random input, and"
          + " fails if any of them differ by more than rounding explains."
    },
    footer = {
      "",
      "Examples:",
      "  fastvit reparam trained.safetensors -o fused.safetensors --verify",
      "  fastvit reparam trained.safetensors -o fused.safetensors --report report.html"
    })
final class ReparamCommand extends Subcommand {
  private static final int RGB = 3;

  @Parameters(paramLabel = "IN", description = "Checkpoint, a safetensors or PyTorch file.")
  private Path in;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "OUT",
      description = "Where the folded checkpoint goes, a safetensors file.")
  private Path out;

  @Option(
      names = "--form",
      paramLabel = "published|inference",
      defaultValue = "inference",
      converter = FoldedForm.class,
      description =
          "How far to fold: published, as the public code does, or inference, everything"
              + " (default: ${DEFAULT-VALUE}).")
  private Form form;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Write what each pass saved, as .html or .json by the file's ending.")
  private Path report;

  @Option(names = "--verify", description = "Prove that it is the same function.")
  private boolean verify;

  @Mixin private JsonOption json;

  ReparamCommand(Terminal terminal) {
    super(terminal);
  }

  /** Reads the forms that something can be folded to. */
  static final class FoldedForm implements ITypeConverter<Form> {
    @Override
    public Form convert(String value) {
      return switch (value) {
        case "published" -> Form.PUBLISHED;
        case "inference" -> Form.INFERENCE;
        default ->
            throw new TypeConversionException("'" + value + "' is neither published nor inference");
      };
    }
  }

  @Override
  int run() {
    boolean html = report != null && ending(report).equals("html");
    if (report != null && !html && !ending(report).equals("json")) {
      throw new UserException(report + " must end in .html or .json to say what report it is");
    }
    Reparameterization reparameterization =
        form == Form.PUBLISHED ? Reparameterization.published() : Reparameterization.full();
    try (Checkpoint checkpoint = Checkpoint.open(in)) {
      ModelOptions.warn(checkpoint, terminal);
      Trace trace = reparameterization.trace(checkpoint.model().graph());
      Verification verification = verify ? Verifier.standard().verify(trace) : null;
      if (verification != null && !verification.holds()) {
        throw new UserException(
            "%s folds to another function: %s differs by %.1e relatively; nothing was written"
                .formatted(in, verification.worst().name(), verification.worst().relative()));
      }
      Report result = Report.of(trace, input(checkpoint.info().preprocessing()), verification);
      Checkpoint.write(out, trace.after(), checkpoint.info(), DType.F32);
      if (report != null) {
        AtomicFile.writeString(report, html ? result.toHtml() : result.toJson());
      }
      if (json.on()) {
        terminal.out().println(result.toJson().strip());
      } else {
        print(result);
      }
      return 0;
    }
  }

  private void print(Report result) {
    Table table =
        new Table()
            .text("PASS")
            .number("NODES")
            .number("PARAMETERS")
            .number("MMACS")
            .number("TRAFFIC")
            .number(verify ? "ERROR" : "");
    table.row(
        "(before)",
        Integer.toString(result.before().nodes()),
        Text.grouped(result.before().parameters()),
        Text.number(result.before().macs() / 1e6, 1),
        Text.bytes(result.before().traffic()),
        "");
    for (Report.PassRow pass : result.passes()) {
      table.row(
          pass.pass(),
          Integer.toString(pass.after().nodes()),
          Text.grouped(pass.after().parameters()),
          Text.number(pass.after().macs() / 1e6, 1),
          Text.bytes(pass.after().traffic()),
          pass.error() == null ? "" : "%.1e".formatted(pass.error().relative()));
    }
    table.print(terminal);
    terminal
        .out()
        .println(
            terminal.faint(
                "TRAFFIC is the activations read and written, at an input of "
                    + result.input()
                    + (verify ? "; ERROR is the largest relative difference, in float64" : "")));
    if (verify) {
      terminal
          .out()
          .println(
              "verified: the same function, to %.1e"
                  .formatted(result.verification().worst().relative()));
    }
  }

  private static Shape input(Preprocessing preprocessing) {
    return new Shape(1, preprocessing.height(), preprocessing.width(), RGB);
  }

  private static String ending(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    return name.substring(name.lastIndexOf('.') + 1);
  }
}
