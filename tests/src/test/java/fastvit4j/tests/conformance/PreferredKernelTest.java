package fastvit4j.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import fastvit4j.runtime.Device;
import fastvit4j.runtime.Devices;
import fastvit4j.runtime.Precision;
import fastvit4j.runtime.tornado.KernelTable;
import fastvit4j.tools.verify.Case;
import fastvit4j.tools.verify.Sweep;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/**
 * Every candidate of an operator that has several, wherever it can compute it and the table would
 * take another: what a GPU, a measurement or tuning gets is right too. On the emulator, which also
 * refuses what is written outside a tensor, twice, or by a race.
 */
final class PreferredKernelTest {
  private static final Device EMULATOR = Devices.named("emulator");
  private static final int MOST = 24;

  /** The arithmetic is the same, so that fewer shapes will do. */
  private static final int MOST_HALF = 3;

  @TestFactory
  Stream<DynamicNode> kernels() {
    List<KernelTable.Entry> entries = KernelTable.entries();
    Map<String, Long> candidates =
        entries.stream()
            .collect(Collectors.groupingBy(KernelTable.Entry::operator, Collectors.counting()));
    return entries.stream()
        .filter(e -> candidates.get(e.operator()) > 1)
        .filter(e -> !e.operator().startsWith("pictures>"))
        .map(e -> dynamicContainer(title(e), tests(e)));
  }

  private static String title(KernelTable.Entry entry) {
    return entry.operator() + " " + entry.name() + " " + entry.precision();
  }

  private static List<DynamicNode> tests(KernelTable.Entry entry) {
    boolean half = entry.precision() == Precision.FLOAT16;
    // In the middle of a network, what is read is stored as float16 too.
    Device stored = KernelTable.withStoredEdges(EMULATOR.storing(entry.precision()));
    Device device = KernelTable.preferring(stored, List.of(entry.name()));
    List<Case> able =
        Sweep.cases().stream().filter(c -> gets(c, device).contains(entry.name())).toList();
    assertFalse(able.isEmpty(), entry.name() + " can compute nothing of the sweep");
    List<Case> other =
        able.stream().filter(c -> half || !gets(c, device).equals(gets(c, EMULATOR))).toList();
    // Spread over the sweep: all of them would take a minute.
    int each = Math.max(1, Math.ceilDiv(other.size(), half ? MOST_HALF : MOST));
    return IntStream.range(0, other.size())
        .filter(i -> i % each == 0)
        .mapToObj(other::get)
        .<DynamicNode>map(c -> dynamicTest(c.name(), () -> ConformanceTest.check(device, c)))
        .toList();
  }

  private static List<String> gets(Case c, Device device) {
    return KernelTable.choose(c.graph(), c.input().shape(), device).stream()
        .map(KernelTable.Choice::name)
        .toList();
  }
}
