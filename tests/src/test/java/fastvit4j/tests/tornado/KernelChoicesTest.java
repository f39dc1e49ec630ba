package fastvit4j.tests.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.UserException;
import fastvit4j.model.graph.Graph;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.SessionOptions;
import fastvit4j.runtime.tornado.GeneratedCode;
import fastvit4j.runtime.tornado.KernelTable;
import fastvit4j.tests.DevicesUnderTest;
import fastvit4j.tools.verify.Case;
import fastvit4j.tools.verify.Sweep;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the table of kernels says, against what operators are lowered to, and their code. */
public final class KernelChoicesTest {
  private static List<Device> devices() {
    return DevicesUnderTest.all().stream().filter(d -> !d.name().startsWith("cpu")).toList();
  }

  /** What any operator of the sweep gets stands in the table. */
  @Test
  void theTableSaysWhatOperatorsGet() {
    for (Device device : devices()) {
      Set<List<String>> chosen = new HashSet<>();
      for (Case c : Sweep.cases()) {
        for (KernelTable.Choice choice : KernelTable.choose(c.graph(), c.input().shape(), device)) {
          chosen.add(List.of(choice.operator(), choice.name()));
          assertTrue(
              KernelTable.entries().stream()
                  .anyMatch(
                      e ->
                          e.kernels().equals(choice.kernels())
                              && e.name().equals(choice.name())
                              && e.operator().equals(choice.operator())),
              c.name() + " gets " + choice);
        }
      }
      for (KernelTable.Entry entry : KernelTable.entries()) {
        boolean elsewhere =
            entry.operator().equals("pictures")
                || entry.precision() != device.precision()
                || entry.when().startsWith("never")
                || (entry.when().startsWith("GPU") && !device.isGpu())
                || (entry.when().startsWith("processor") && device.isGpu());
        assertTrue(
            elsewhere || chosen.contains(List.of(entry.operator(), entry.name())),
            entry.toString());
      }
    }
  }

  /** The same code whether it is generated or comes from the disk. */
  @Test
  void codeIsTheSameEachTime() {
    Case c =
        Sweep.cases().stream()
            .filter(one -> one.graph().nodes().getFirst().operator().kind().equals("Conv2d"))
            .findFirst()
            .orElseThrow();
    Graph graph = c.graph();
    SessionOptions options = SessionOptions.of(c.input().shape());
    for (Device device : devices()) {
      if (device.name().equals("emulator")) {
        UserException e =
            assertThrows(UserException.class, () -> GeneratedCode.of(graph, options, device));
        assertTrue(e.getMessage().startsWith("emulator generates no source: take"), e.getMessage());
      } else {
        List<GeneratedCode.Source> first = GeneratedCode.of(graph, options, device);
        assertFalse(first.isEmpty());
        first.forEach(s -> assertFalse(s.code().isBlank(), s.kernel()));
        assertEquals(first, GeneratedCode.of(graph, options, device));
      }
    }
  }
}
