package fastvit4j.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import fastvit4j.model.operator.Shape;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.Devices;
import fastvit4j.runtime.tornado.KernelTable;
import fastvit4j.tools.verify.Case;
import fastvit4j.tools.verify.Sweep;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/**
 * Every kernel of convolutions and matrix products wherever it can compute them and the table would
 * take another: what a GPU or a measurement gets is right too. On the emulator, which also refuses
 * what is written outside a tensor, twice, or by a race.
 */
final class PreferredKernelTest {
  private static final Device EMULATOR = Devices.named("emulator");
  private static final int EACH = 4;

  @TestFactory
  Stream<DynamicNode> kernels() {
    return KernelTable.entries().stream()
        .filter(entry -> List.of("Conv2d", "Linear").contains(entry.operator()))
        .map(KernelTable.Entry::kernels)
        .map(kernels -> dynamicContainer(kernels.toString(), tests(kernels)));
  }

  private static List<DynamicNode> tests(List<String> kernels) {
    Device device = KernelTable.preferring(EMULATOR, kernels);
    List<Case> able =
        Sweep.cases().stream().filter(c -> choices(c, device).contains(kernels)).toList();
    assertFalse(able.isEmpty(), kernels + " can compute nothing");
    List<Case> other =
        able.stream().filter(c -> !choices(c, device).equals(choices(c, EMULATOR))).toList();
    // Spread over the sweep: all of them would take a minute.
    return IntStream.range(0, other.size())
        .filter(i -> i % EACH == 0)
        .mapToObj(other::get)
        .<DynamicNode>map(c -> dynamicTest(c.name(), () -> ConformanceTest.check(device, c)))
        .toList();
  }

  private static List<List<String>> choices(Case c, Device device) {
    Map<String, Shape> shapes = c.graph().shapes(c.input().shape());
    return c.graph().nodes().stream()
        .map(
            node ->
                KernelTable.choose(
                        node.operator(), node.inputs().stream().map(shapes::get).toList(), device)
                    .kernels())
        .toList();
  }
}
