package fastvit4j.kernels.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.kernels.cpu.loops.LoopWarmUp;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CpuKernelsProviderTest {
  @Test
  void everyWidthHasKernelsOfThatWidth() {
    for (int bits : CpuKernelsProvider.widths()) {
      assertEquals(bits, CpuKernelsProvider.ofWidth(bits).vectorBits());
    }
    assertEquals(Float.SIZE, CpuKernelsProvider.scalar().vectorBits());
    assertThrows(IllegalArgumentException.class, () -> CpuKernelsProvider.ofWidth(4096));
  }

  @Test
  void theWidestIsTheDefault() {
    List<Integer> widths = CpuKernelsProvider.widths();
    CpuKernelsProvider.Found found = CpuKernelsProvider.find();
    assertEquals(widths.getLast(), found.kernels().vectorBits());
    assertNull(found.passedOver());
  }

  @Test
  void withoutTheModulePlainLoopsRunAndSayHowToChangeThat() throws Exception {
    String answer = java();
    assertTrue(answer.startsWith("plain loops"), answer);
    assertTrue(answer.contains("--add-modules jdk.incubator.vector"), answer);
  }

  @Test
  void theInterpreterRunsPlainLoops() throws Exception {
    String answer = java("--add-modules", "jdk.incubator.vector", "-Xint");
    assertTrue(answer.startsWith("plain loops"), answer);
    assertTrue(answer.contains("optimising compiler"), answer);
  }

  @Test
  void thePropertyForcesAWidth() throws Exception {
    String answer = java("--add-modules", "jdk.incubator.vector", "-Dfastvit4j.vector=128");
    assertTrue(answer.strip().matches("128-bit vectors(, products in pairs)?: null"), answer);
    answer = java("--add-modules", "jdk.incubator.vector", "-Dfastvit4j.vector=scalar");
    assertTrue(answer.startsWith("scalar code: vector code is off"), answer);
    answer = java("-Dfastvit4j.vector=loops");
    assertTrue(answer.startsWith("plain loops: null"), answer);
    answer = java("--add-modules", "jdk.incubator.vector", "-Dfastvit4j.vector=99");
    assertTrue(answer.contains(": -Dfastvit4j.vector=99 is not one of"), answer);
  }

  @Test
  void aPropertySaysWhetherProductsAreComputedInPairs() throws Exception {
    String property = "-D" + CpuKernelsProvider.PAIRED_PROPERTY;
    String answer = java("--add-modules", "jdk.incubator.vector", property + "=false");
    assertTrue(answer.strip().matches("\\d+-bit vectors: null"), answer);
    answer = java("--add-modules", "jdk.incubator.vector", property + "=true");
    assertEquals(VectorWidth.registers() >= 32, answer.contains("products in pairs"), answer);
  }

  @Test
  void aKernelRefusesWhatDoesNotFit() {
    try (Arena arena = Arena.ofShared()) {
      CpuKernel kernel =
          CpuKernelsProvider.find()
              .kernels()
              .linear(4, 8, WeightSource.of(new float[32]), null, arena)
              .bind(1, 2, 3, Epilogue.NONE);
      MemorySegment in = arena.allocate(4 * 6 * 4, 64);
      MemorySegment out = arena.allocate(4 * 6 * 8, 64);
      MemorySegment scratch = arena.allocate(Math.max(4, kernel.scratchBytes()), 64);
      Buffers right = new Buffers(in, null, null, out, null);
      kernel.run(0, right, scratch, 0, kernel.units(0));
      for (Buffers wrong :
          List.of(
              new Buffers(out, null, null, out, null),
              new Buffers(in, null, null, in, null),
              new Buffers(in, null, null, null, null),
              new Buffers(MemorySegment.ofArray(new float[24]), null, null, out, null))) {
        assertThrows(
            IllegalArgumentException.class,
            () -> kernel.run(0, wrong, scratch, 0, kernel.units(0)));
      }
      assertThrows(
          IllegalArgumentException.class,
          () -> kernel.run(0, right, scratch, 0, kernel.units(0) + 1));
    }
  }

  @Test
  void plainLoopsWarmUpByThemselves() {
    new LoopWarmUp().run();
  }

  /** What a virtual machine with these flags finds. */
  private static String java(String... flags) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(flags));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(Main.class.getName());
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor());
    assertNotNull(answer);
    return answer;
  }

  /** Prints what was found. */
  static final class Main {
    public static void main(String[] args) {
      CpuKernelsProvider.Found found = CpuKernelsProvider.find();
      System.out.println(found.kernels().name() + ": " + found.passedOver());
    }
  }
}
