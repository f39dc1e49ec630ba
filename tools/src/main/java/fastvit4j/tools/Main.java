package fastvit4j.tools;

import fastvit4j.kernels.cpu.CpuKernelsProvider;
import java.io.PrintStream;
import java.util.Optional;

/** The command {@code fastvit}. */
public final class Main {
  private Main() {}

  /** Runs the command with the process's streams and exits with its status. */
  public static void main(String[] args) {
    CpuKernelsProvider.warmUp();
    Terminal terminal = Terminal.ofProcess(System.getenv());
    System.setErr(terminal.err());
    int status = run(args, terminal);
    if (status != 0 || !isLast()) {
      System.exit(status);
    }
  }

  /**
   * Whether the JVM ends, with status 0, when this thread does. That is sooner than by an exit,
   * which sets up a logger first.
   */
  private static boolean isLast() {
    ThreadGroup all = Thread.currentThread().getThreadGroup();
    while (all.getParent() != null) {
      all = all.getParent();
    }
    Thread[] threads = new Thread[all.activeCount() + 64];
    int count = all.enumerate(threads);
    boolean last = count < threads.length;
    for (int i = 0; i < count; i++) {
      last &= threads[i].isDaemon() || threads[i].equals(Thread.currentThread());
    }
    return last;
  }

  /**
   * Runs the command.
   *
   * @param args the command's arguments
   * @param out where results go
   * @param err where messages go
   * @return the exit status: 0, 1 for a fault of the machine, 2 for a mistake of the user
   */
  public static int run(String[] args, PrintStream out, PrintStream err) {
    return run(args, Terminal.of(out, err));
  }

  static int run(String[] args, Terminal terminal) {
    Failures failures = new Failures(terminal.err(), args);
    try {
      Optional<ClassifyCommand> plain = PlainClassify.of(terminal, args);
      int status =
          plain.isPresent()
              ? plain.get().run()
              : FastViTCommand.commandLine(terminal, failures, args).execute(args);
      terminal.out().flush();
      return status;
    } catch (Throwable e) {
      return failures.report(e);
    }
  }
}
