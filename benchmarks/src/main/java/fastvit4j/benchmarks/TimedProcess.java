package fastvit4j.benchmarks;

import fastvit4j.model.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a process took, from its start to its end, as the kernel says when it has ended: processor
 * time and peak resident memory are those that {@code wait4} returns, so that nothing is missed at
 * the end. GNU time asks for them, a small process between: the kernel counts towards a child's
 * peak what its parent held when it was made, which for a JVM would be more than the child's own.
 *
 * @param wallMs milliseconds until the process had ended
 * @param cpuMs milliseconds of all cores in it and the kernel for it
 * @param peakMib most memory that was resident at a time, mapped files included
 * @param output what it wrote to standard output
 */
record TimedProcess(double wallMs, double cpuMs, double peakMib, String output) {
  private static final Path TIME = Path.of("/usr/bin/time");

  /**
   * Runs a command and waits for it.
   *
   * @param scratch a folder for its output
   * @throws UserException if the machine has no GNU time
   * @throws IllegalStateException if the command fails
   */
  static TimedProcess run(Path scratch, List<String> command) {
    if (!Files.isExecutable(TIME)) {
      throw new UserException(TIME + " is missing: install GNU time (package time)");
    }
    Path usage = scratch.resolve("usage.txt");
    Path out = scratch.resolve("out.txt");
    Path err = scratch.resolve("err.txt");
    List<String> timed =
        new ArrayList<>(List.of(TIME.toString(), "-f", "%U %S %M", "-o", usage.toString()));
    timed.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(timed);
    builder.redirectOutput(out.toFile()).redirectError(err.toFile());
    // What would make either side say or do something else than by default.
    for (String name : List.of("FASTVIT_OPTS", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS")) {
      builder.environment().remove(name);
    }
    try {
      long start = System.nanoTime();
      int status = builder.start().waitFor();
      double wallMs = (System.nanoTime() - start) / 1e6;
      if (status != 0) {
        throw new IllegalStateException(
            String.join(" ", command)
                + " ended with status "
                + status
                + ": "
                + Files.readString(err).strip());
      }
      String[] fields = Files.readString(usage).strip().split(" ");
      double seconds = Double.parseDouble(fields[0]) + Double.parseDouble(fields[1]);
      double kibibytes = Double.parseDouble(fields[2]);
      return new TimedProcess(wallMs, 1e3 * seconds, kibibytes / 1024, Files.readString(out));
    } catch (IOException e) {
      throw new IllegalStateException(command.getFirst() + " cannot be run: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
