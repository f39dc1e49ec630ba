package fastvit4j.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.GraphBuilder;
import fastvit4j.model.operator.Relu;
import fastvit4j.model.operator.Shape;
import fastvit4j.runtime.CompileListener;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.DeviceException;
import fastvit4j.runtime.Session;
import fastvit4j.runtime.SessionOptions;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The bar of a compilation, on a terminal that keeps what is written to it. */
class CompileProgressTest {
  private static final String WIPED = "\r\u001b[K";
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final PrintStream err = new PrintStream(written, true, StandardCharsets.UTF_8);
  private long nanos;

  /** A bar whose clock is the test's. */
  private CompileProgress progress(boolean isTerminal) {
    return new CompileProgress(new Terminal(err, err, isTerminal, isTerminal, false)) {
      @Override
      Progress newBar(Terminal on, int total) {
        return new Progress(on, "compiling", total, () -> nanos);
      }
    };
  }

  private String text() {
    return written.toString(StandardCharsets.UTF_8);
  }

  @Test
  void drawsTheKernelsNameAndWipesItself() {
    CompileListener listener = progress(true);
    listener.compiled(0, 4, "convolutionColumns stem.0");
    assertEquals("", text());
    nanos = 2_000_000_000L;
    listener.compiled(1, 4, "pointwiseColumns stem.2");
    assertEquals(
        "\rcompiling pointwiseColumns stem.2 [######------------------] 1/4, 6 s left\u001b[K",
        text());
    nanos = 3_000_000_000L;
    listener.compiled(2, 4, "first run of stages.0.blocks.0.token_mixer.reparam_conv to head.fc");
    String line = text().substring(text().lastIndexOf("\rcompiling"));
    assertTrue(line.startsWith("\rcompiling first run of stages.0.block… ["), line);
    assertTrue(line.length() < 90, line);
    listener.compiled(4, 4, "head.fc");
    assertTrue(text().endsWith(WIPED), text());
  }

  @Test
  void drawsNothingWhereNobodyLooks() {
    CompileListener listener = progress(false);
    listener.compiled(0, 2, "a");
    nanos = 5_000_000_000L;
    listener.compiled(1, 2, "b");
    listener.compiled(2, 2, "b");
    assertEquals("", text());
  }

  @Test
  void isWipedWhenTheCompilationFails() {
    try (CompileProgress progress = progress(true)) {
      progress.compiled(0, 2, "a");
      nanos = 5_000_000_000L;
      progress.compiled(1, 2, "b");
      assertFalse(text().endsWith(WIPED));
    }
    assertTrue(text().endsWith(WIPED), text());
  }

  @Test
  void theDeviceTellsTheBar() {
    Consumer<CompileListener> compilation =
        listener -> {
          listener.compiled(0, 1, "k");
          throw new DeviceException("broken", null);
        };
    GraphBuilder b = new GraphBuilder("g");
    b.output(Graph.LOGITS, b.add("relu", "relu", new Relu(), Graph.INPUT));
    SessionOptions options = SessionOptions.of(new Shape(1, 1, 1, 1));
    Device device = new Failing(compilation);
    Terminal terminal = new Terminal(err, err, true, true, false);
    Graph graph = b.build();
    assertThrows(
        DeviceException.class, () -> CompileProgress.compile(terminal, device, graph, options));
    assertEquals("", text());
  }

  /** A device whose compilation goes as told. */
  private record Failing(Consumer<CompileListener> compilation) implements Device {
    @Override
    public String name() {
      return "failing";
    }

    @Override
    public String description() {
      return "fails";
    }

    @Override
    public boolean isGpu() {
      return false;
    }

    @Override
    public SequencedMap<String, Object> properties() {
      return new LinkedHashMap<>();
    }

    @Override
    public Session compile(Graph graph, SessionOptions options) {
      compilation.accept(options.progress());
      throw new IllegalStateException("the compilation did not fail");
    }
  }
}
