package fastvit4j.tools;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command itself: its subcommands and what they share. */
@Command(
    name = "fastvit",
    versionProvider = FastViTCommand.Version.class,
    header = "Classify images with FastViT on the JVM.",
    description = {
      "Runs FastViT networks on this machine's GPUs and processor: classifies pictures, measures"
          + " accuracy, folds checkpoints into their inference form and shows where the time goes."
    },
    footer = {
      "",
      "Examples:",
      "  fastvit classify photo.png                      what is on a picture",
      "  fastvit eval pictures/ --json                   accuracy on a folder of class folders",
      "  fastvit reparam in.safetensors -o out.safetensors --verify",
      "",
      "Environment:",
      "  FASTVIT_JAVA         folder of the JDK to run on (25 or later)",
      "  FASTVIT_JDK_FOLDERS  folders to look for JDKs in, instead of the usual ones",
      "  FASTVIT_OPTS         more options for the JVM, for example -Xmx8g",
      "  TORNADOVM_HOME       TornadoVM SDK to reach GPUs with, instead of SDKMAN's current one",
      "  FASTVIT_GPU          yes or no, instead of looking for a GPU where --device is auto",
      "  FASTVIT_CACHE        folder that `fastvit fetch` keeps checkpoints in",
      "  FASTVIT_TUNING       folder of `fastvit tune`'s results, or none to ignore them",
      "  NO_COLOR             if set, no colours",
      "",
      "`fastvit --show-command ...` prints the java command line instead of running it."
    })
final class FastViTCommand implements Runnable {
  private static final int HELP_WIDTH = 90;
  private static final String COMPLETION = "completion";

  private final Terminal terminal;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Print this help and exit.")
  boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Print the version and exit.")
  boolean version;

  @Option(
      names = "--stacktrace",
      scope = ScopeType.INHERIT,
      description = "When something fails, print where.")
  boolean stackTrace;

  @Spec private CommandSpec spec;

  private FastViTCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** The subcommands, in the order of the help. */
  private static final SequencedMap<String, Function<Terminal, Subcommand>> SUBCOMMANDS =
      subcommands();

  private static SequencedMap<String, Function<Terminal, Subcommand>> subcommands() {
    SequencedMap<String, Function<Terminal, Subcommand>> all = new LinkedHashMap<>();
    all.put("devices", DevicesCommand::new);
    all.put("models", ModelsCommand::new);
    all.put("classify", ClassifyCommand::new);
    all.put("eval", EvalCommand::new);
    all.put("fetch", FetchCommand::new);
    all.put("reparam", ReparamCommand::new);
    all.put("export", ExportCommand::new);
    all.put("convert", ConvertCommand::new);
    all.put("inspect", InspectCommand::new);
    all.put("profile", ProfileCommand::new);
    all.put("kernels", KernelsCommand::new);
    all.put("tune", TuneCommand::new);
    all.put("bench", BenchCommand::new);
    all.put("compare", CompareCommand::new);
    all.put("report", ReportCommand::new);
    all.put("verify", VerifyCommand::new);
    all.put("run", RunCommand::new);
    all.put("synth", SynthCommand::new);
    all.put("bundle", BundleCommand::new);
    all.put(COMPLETION, CompletionCommand::new);
    return all;
  }

  /**
   * The parser of a command line. Where that begins with a subcommand's name, it knows that one
   * alone: to set up the others takes longer than to parse. Completion describes them all.
   */
  static CommandLine commandLine(Terminal terminal, Failures failures, String... args) {
    CommandLine root = new CommandLine(new FastViTCommand(terminal));
    boolean one =
        args.length > 0 && SUBCOMMANDS.containsKey(args[0]) && !args[0].equals(COMPLETION);
    SUBCOMMANDS.forEach(
        (name, subcommand) -> {
          if (!one || name.equals(args[0])) {
            root.addSubcommand(name, subcommand.apply(terminal));
          }
        });
    root.addSubcommand(new HelpCommand());
    document(root);
    root.getSubcommands().values().forEach(FastViTCommand::document);
    CommandLine kernels = root.getSubcommands().get("kernels");
    if (kernels != null) {
      CommandLine bench = new CommandLine(new KernelsBenchCommand(terminal));
      document(bench);
      kernels.addSubcommand(bench);
    }
    PrintWriter out =
        new PrintWriter(terminal.out(), /* autoFlush= */ true, StandardCharsets.UTF_8);
    return root.setOut(out)
        .setErr(new PrintWriter(terminal.err(), /* autoFlush= */ true, StandardCharsets.UTF_8))
        .setColorScheme(
            CommandLine.Help.defaultColorScheme(terminal.colours() ? Ansi.ON : Ansi.OFF))
        .setExpandAtFiles(false)
        .setParameterExceptionHandler(failures)
        .setExecutionExceptionHandler(failures);
  }

  @Override
  public void run() {
    spec.commandLine().usage(terminal.out());
  }

  private static void document(CommandLine command) {
    Map<String, String> statuses = new LinkedHashMap<>();
    statuses.put("0", "it worked");
    statuses.put("1", "the machine failed: out of memory, a broken device");
    statuses.put("2", "something given is wrong: a file, a name, an option");
    UsageMessageSpec usage = command.getCommandSpec().usageMessage();
    usage.width(HELP_WIDTH);
    usage.sortOptions(false);
    usage.sortSynopsis(false);
    usage.synopsisHeading("%nUsage: ");
    usage.descriptionHeading("%n");
    usage.parameterListHeading("%nArguments:%n");
    usage.optionListHeading("%nOptions:%n");
    usage.commandListHeading("%nCommands:%n");
    usage.exitCodeListHeading("%nExit status:%n");
    usage.exitCodeList(statuses);
  }

  /** The build's version and the JVM's. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {
        "fastvit " + ofBuild(), "Java " + Runtime.version() + ", " + System.getProperty("java.home")
      };
    }

    /** The build's version. */
    static String ofBuild() {
      String version = FastViTCommand.class.getPackage().getImplementationVersion();
      return version == null ? "(not packaged)" : version;
    }
  }
}
