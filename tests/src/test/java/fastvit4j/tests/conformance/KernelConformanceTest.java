package fastvit4j.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import fastvit4j.model.UserException;
import fastvit4j.model.tensor.Activation;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.Precision;
import fastvit4j.runtime.Session;
import fastvit4j.runtime.tornado.KernelTable;
import fastvit4j.runtime.tornado.Workbench;
import fastvit4j.tests.DevicesUnderTest;
import fastvit4j.tests.oracle.Values;
import fastvit4j.tools.verify.Bounded;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every line of the table of kernels, fusions among them, in every precision on the emulator and on
 * each device of TornadoVM's, against the oracle, whether or not the table would choose it there.
 * All arrays are between poisoned guard bands; on the emulator, which checks indices, some runs
 * have arrays exactly as long as their values instead. The lines are asked for, not listed here, so
 * that a new kernel cannot be forgotten; one that a device cannot run is skipped with what the
 * device lacks, and a last test of each device says that no other was left out.
 */
public final class KernelConformanceTest {
  /** Elements behind each array: no multiple of a vector or a tile. */
  private static final int BAND = 131;

  /** The line of what only makes numbers of pictures' bytes, which cannot be asked for by name. */
  private static final String PICTURES = "pictures";

  private static final List<Trial> TRIALS = Trial.all();

  @TestFactory
  Stream<DynamicNode> devices() {
    return DevicesUnderTest.all().stream()
        .filter(Workbench::isFor)
        .map(
            device ->
                dynamicContainer(
                    DevicesUnderTest.title(device),
                    Stream.of(Precision.values()).map(precision -> kernels(device, precision))));
  }

  private static DynamicNode kernels(Device device, Precision precision) {
    Device storing;
    try {
      storing = KernelTable.withStoredEdges(device.storing(precision));
    } catch (UserException e) {
      return dynamicTest(precision.toString(), () -> assumeTrue(false, e.getMessage()));
    }
    return dynamicContainer(precision.toString(), new Kernels(storing).tests());
  }

  /** The lines of the table on one device in one precision. */
  private static final class Kernels {
    private final Device device;
    private final boolean emulated;
    private final int most;
    private final Set<KernelTable.Entry> ran = new LinkedHashSet<>();
    private final Map<KernelTable.Entry, String> skipped = new LinkedHashMap<>();
    private int runs;

    Kernels(Device device) {
      this.device = device;
      emulated = device.name().startsWith("emulator");
      // The arithmetic is the same in both precisions, so that fewer shapes will do for one.
      boolean half = device.precision() == Precision.FLOAT16;
      most = emulated ? half ? 4 : 16 : 2;
    }

    Stream<DynamicNode> tests() {
      List<KernelTable.Entry> entries = entries(device.precision());
      return Stream.concat(
          entries.stream().map(this::tests),
          Stream.of(dynamicTest("no kernel is left out", () -> requireAll(entries))));
    }

    /** In float16 those too that have no form for it, and store float32 there. */
    private static List<KernelTable.Entry> entries(Precision precision) {
      List<KernelTable.Entry> all = KernelTable.entries();
      Set<List<String>> own =
          all.stream()
              .filter(e -> e.precision() == precision)
              .map(e -> List.of(e.operator(), e.name()))
              .collect(Collectors.toSet());
      return all.stream()
          .filter(
              e ->
                  e.precision() == precision
                      || (precision == Precision.FLOAT16
                          && !own.contains(List.of(e.operator(), e.name()))))
          .toList();
    }

    private DynamicNode tests(KernelTable.Entry entry) {
      String title = entry.operator() + " " + entry.name();
      Device asked = asked(entry);
      List<Trial> able = able(entry, asked);
      if (able.isEmpty()) {
        return dynamicTest(title, () -> skip(entry));
      }
      List<DynamicTest> tests = new ArrayList<>();
      int each = Math.ceilDiv(able.size(), most);
      for (int i = 0; i < able.size(); i += each) {
        Trial trial = able.get(i);
        boolean exact = emulated && i / each % 2 == 1;
        tests.add(test(entry, asked, trial, exact ? 0 : BAND));
        if (emulated && able.size() <= each) {
          tests.add(test(entry, asked, trial, 0));
        }
      }
      return dynamicContainer(title, tests);
    }

    private Device asked(KernelTable.Entry entry) {
      String name = entry.operator().equals(PICTURES) ? Workbench.UNFUSED : entry.name();
      return KernelTable.preferring(device, List.of(name));
    }

    /** What gets the line; on a device that has to compile, of that what has the fewest others. */
    private List<Trial> able(KernelTable.Entry entry, Device asked) {
      Map<Trial, Integer> able = new LinkedHashMap<>();
      for (Trial trial : TRIALS) {
        List<KernelTable.Choice> choices =
            KernelTable.choose(trial.graph(), trial.options(), asked);
        if (gets(trial, choices, entry)) {
          able.put(trial, emulated ? 0 : choices.size());
        }
      }
      int fewest = able.values().stream().mapToInt(n -> n).min().orElse(0);
      return able.keySet().stream().filter(trial -> able.get(trial) == fewest).toList();
    }

    private static boolean gets(
        Trial trial, List<KernelTable.Choice> choices, KernelTable.Entry entry) {
      return entry.operator().equals(PICTURES)
          ? trial.pictures() != null
          : choices.stream()
              .anyMatch(
                  c -> c.operator().equals(entry.operator()) && c.name().equals(entry.name()));
    }

    private DynamicTest test(KernelTable.Entry entry, Device asked, Trial trial, int band) {
      Device guarded = KernelTable.withGuards(asked, band);
      return dynamicTest(
          trial.name() + ", bands of " + band,
          () -> {
            check(entry, trial, guarded);
            ran.add(entry);
            runs++;
          });
    }

    private static void check(KernelTable.Entry entry, Trial trial, Device device) {
      Map<String, Values> expected = trial.expected();
      Map<String, Bounded> bounds = trial.bounds(device.precision());
      try (Session session = device.compile(trial.graph(), trial.options())) {
        String launched =
            session.steps().stream().map(Session.Step::kernel).collect(Collectors.joining("+"));
        assertTrue(launched.contains(String.join("+", entry.kernels())), launched);
        Map<String, Activation> outputs = trial.run(session);
        assertEquals(expected.keySet(), outputs.keySet());
        expected.forEach(
            (name, exact) ->
                ConformanceTest.compare(name, exact, bounds.get(name), outputs.get(name)));
        Map<String, Activation> again = trial.run(session);
        outputs.forEach(
            (name, output) ->
                assertArrayEquals(output.toFloats(), again.get(name).toFloats(), name + ", again"));
      }
    }

    private void skip(KernelTable.Entry entry) {
      String reason =
          TRIALS.stream()
              .map(trial -> KernelTable.lacking(entry, trial.graph(), trial.options(), device))
              .flatMap(Optional::stream)
              .findFirst()
              .orElseThrow(() -> new AssertionError("no trial is for " + entry));
      skipped.put(entry, reason);
      assumeTrue(false, device.name() + " cannot run it: " + reason);
    }

    private void requireAll(List<KernelTable.Entry> entries) {
      Set<KernelTable.Entry> seen = new LinkedHashSet<>(ran);
      seen.addAll(skipped.keySet());
      assertEquals(new LinkedHashSet<>(entries), seen);
      // The emulator has all that any device has.
      assertTrue(!emulated || skipped.isEmpty(), skipped::toString);
      System.out.printf(
          "%s, %s: %d of %d lines of the table right in %d sessions with guards%s%n",
          device.name(),
          device.precision(),
          ran.size(),
          entries.size(),
          runs,
          skipped.entrySet().stream()
              .map(e -> "; not " + e.getKey().name() + ": " + e.getValue())
              .collect(Collectors.joining()));
    }
  }
}
