package fastvit4j.tests.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A JVM in which Jazzer fuzzes one target. It leaves in {@code target/fuzz/TARGET} its log, the
 * inputs that reach new code ({@code corpus}) and the ones that break something ({@code crash-…},
 * {@code timeout-…}).
 */
record FuzzProcess(FuzzTarget target, Path folder, Process process) implements AutoCloseable {
  private static final String JAZZER = "com.code_intelligence.jazzer.Jazzer";

  /**
   * Where coverage is looked at: ours, and the libraries that parse for us, but no decoder's inner
   * loops, which would take a hundred times as long.
   */
  private static final String INSTRUMENTED =
      "fastvit4j.**:tools.jackson.**:com.twelvemonkeys.imageio.plugins.webp.*";

  /** Of an endless loop; the limit of processor time is checked after each input. */
  private static final int HUNG_SECONDS = 120;

  /**
   * The heap, direct buffers, and what Jazzer and the JVM take: 1.2 GiB were seen. Linux hands the
   * peak of whoever starts a process on to it, so that a shell starts this one.
   */
  private static final int MEMORY_MB = 2048;

  private static final Path SHELL = Path.of("/bin/sh");

  static FuzzProcess start(FuzzTarget target, long seconds) throws IOException {
    Path folder = Path.of("target", "fuzz", target.name().toLowerCase(Locale.ROOT));
    Path corpus = Files.createDirectories(folder.resolve("corpus"));
    FuzzCorpus known = FuzzCorpus.of(target);
    known.unpack(corpus);
    List<String> command = new ArrayList<>();
    boolean shell = Files.isExecutable(SHELL);
    if (shell) {
      command.addAll(List.of(SHELL.toString(), "-c", "\"$@\"; exit $?", "sh"));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx1g", "-XX:MaxDirectMemorySize=256m"));
    command.addAll(List.of("-XX:+EnableDynamicAgentLoading", "-Djava.awt.headless=true"));
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED"));
    command.addAll(List.of("--sun-misc-unsafe-memory-access=allow"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), JAZZER));
    command.add("--target_class=" + FuzzEntry.class.getName());
    command.add("--target_args=" + target.name());
    command.add("--instrumentation_includes=" + INSTRUMENTED);
    command.add("--custom_hook_includes=" + INSTRUMENTED);
    command.add("--reproducer_path=" + folder);
    command.add("-artifact_prefix=" + folder + "/");
    command.add("-max_total_time=" + seconds);
    command.add("-max_len=" + target.longest());
    command.add("-timeout=" + HUNG_SECONDS);
    command.add("-rss_limit_mb=" + (shell ? MEMORY_MB : 0));
    command.add("-print_final_stats=1");
    command.add(corpus.toString());
    known.folders().forEach(seeds -> command.add(seeds.toString()));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log.txt").toFile())
            .start();
    return new FuzzProcess(target, folder, process);
  }

  /** The last lines of the log, in which Jazzer tells what it has found. */
  String end() throws IOException {
    List<String> lines = Files.readAllLines(folder.resolve("log.txt"));
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
