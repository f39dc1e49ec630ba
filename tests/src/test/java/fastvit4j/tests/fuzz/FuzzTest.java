package fastvit4j.tests.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import fastvit4j.model.UserException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * No parser breaks on any input. {@code -Dfuzz.seconds=60} looks for one that does, so long with
 * each parser, two at a time; what was found before, and the seeds, are tried always.
 */
final class FuzzTest {
  private static final long SECONDS = Long.getLong("fuzz.seconds", 0);
  private static final int AT_ONCE = 2;

  /** To start, read the seeds, and end. */
  private static final long GRACE_SECONDS = 180;

  @ParameterizedTest
  @EnumSource(FuzzTarget.class)
  void everySeedIsReadOrRefused(FuzzTarget target) {
    Map<String, byte[]> inputs = FuzzCorpus.of(target).inputs();
    int read = 0;
    for (Map.Entry<String, byte[]> input : inputs.entrySet()) {
      byte[] bytes = input.getValue();
      try {
        FuzzLimits.check(target, bytes);
        target.read(bytes);
        read++;
      } catch (UserException e) {
        // Refused, as many are that were found by fuzzing.
      } catch (Throwable e) {
        throw new AssertionError(target + " breaks on " + input.getKey(), e);
      }
    }
    assertTrue(inputs.size() >= 3, target + " has " + inputs.size() + " seeds");
    // A picture is refused as soon as its header is read.
    assertTrue(read > 0 || target == FuzzTarget.PICTURE, target + " can read none of its seeds");
  }

  @Test
  void nothingNewIsFound() throws IOException, InterruptedException {
    assumeTrue(SECONDS > 0, "fuzzing takes time: ask for it with -Dfuzz.seconds=60");
    Deque<FuzzTarget> waiting = new ArrayDeque<>(List.of(FuzzTarget.values()));
    List<FuzzProcess> running = new ArrayList<>();
    try {
      while (!waiting.isEmpty() || !running.isEmpty()) {
        if (!waiting.isEmpty() && running.size() < AT_ONCE) {
          running.add(start(waiting.pop()));
          continue;
        }
        finish(running.removeFirst());
      }
    } finally {
      running.forEach(FuzzProcess::close);
    }
  }

  private static FuzzProcess start(FuzzTarget target) throws IOException {
    return FuzzProcess.start(target, Math.max(1, target.seconds(SECONDS)));
  }

  private static void finish(FuzzProcess fuzzing) throws IOException, InterruptedException {
    try (fuzzing) {
      boolean ended = fuzzing.process().waitFor(SECONDS + GRACE_SECONDS, TimeUnit.SECONDS);
      assertTrue(ended, () -> fuzzing.target() + " does not end");
      String log = fuzzing.end();
      assertEquals(
          0,
          fuzzing.process().exitValue(),
          () ->
              "%s: what broke it lies in %s; keep it in %s\n%s"
                  .formatted(
                      fuzzing.target(),
                      fuzzing.folder(),
                      FuzzCorpus.of(fuzzing.target()).folders().getFirst(),
                      log));
      assertTrue(log.contains("stat::number_of_executed_units"), log);
      System.out.println(
          fuzzing.target()
              + ": "
              + log.lines().filter(l -> l.startsWith("stat::number")).findFirst().orElseThrow());
    }
  }
}
