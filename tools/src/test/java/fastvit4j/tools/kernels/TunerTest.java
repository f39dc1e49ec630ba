package fastvit4j.tools.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.operator.Shape;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.Devices;
import fastvit4j.runtime.Precision;
import fastvit4j.runtime.Session;
import fastvit4j.runtime.SessionOptions;
import fastvit4j.runtime.tornado.EmulatorProvider;
import fastvit4j.runtime.tornado.KernelTable;
import fastvit4j.runtime.tornado.Trial;
import fastvit4j.runtime.tornado.TunedCase;
import fastvit4j.runtime.tornado.Tuning;
import fastvit4j.runtime.tornado.Workbench;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TunerTest {
  private static final KernelCase PRODUCT =
      CaseSpec.parse("pointwise:out=16", new Shape(1, 3, 3, 16));

  private static ModelCases.Problem problem(KernelCase of, Device device) {
    Workbench.Problems found =
        new Workbench(of.graph(), of.options(of.together()), device)
            .problems().stream()
                .max(Comparator.comparingInt(one -> one.steps().size()))
                .orElseThrow();
    return new ModelCases.Problem(found.text(), found.candidates(), found.steps().size(), 1, of);
  }

  private static KernelRow row(String way, boolean chosen, double fraction, double... nanos) {
    List<Double> times = Arrays.stream(nanos).boxed().toList();
    return new KernelRow(
        way,
        way,
        Set.of(Precision.FLOAT32),
        chosen,
        times,
        1,
        1,
        1,
        1,
        1,
        1,
        1,
        0,
        1,
        0,
        fraction,
        Map.of(),
        null);
  }

  private static TunedCase judge(KernelRow... rows) {
    ModelCases.Problem problem = new ModelCases.Problem("text", List.of(), 1, 1, PRODUCT);
    return Tuner.judge(problem, List.of(rows)).orElseThrow();
  }

  @Test
  void anotherThanTheDefaultWinsOnlyByMoreThanTheSpread() {
    KernelRow standard = row("standard", true, 0.1, 100, 101, 102, 103, 104);
    TunedCase clear = judge(row("other", false, 0.1, 90, 91, 92, 93, 99), standard);
    assertEquals("other", clear.winner());
    assertEquals(List.of(102.0, 92.0), List.of(clear.standardNanos(), clear.nanos()));
    TunedCase close = judge(row("other", false, 0.1, 90, 91, 100, 102, 103), standard);
    assertEquals("standard", close.winner());
    assertFalse(close.isGain());
  }

  @Test
  void whatIsWrongNeverWins() {
    KernelRow standard = row("standard", true, 0.1, 100, 101, 102);
    KernelRow wrong = row("wrong", false, 1.5, 1, 1, 1);
    TunedCase found = judge(wrong, standard, KernelRow.failed("broken", "no such grid"));
    assertEquals("standard", found.winner());
    assertEquals(Set.of("wrong", "broken"), found.failures().keySet());
    assertTrue(found.failures().get("wrong").contains("1.5"), found.failures().toString());
    TunedCase without =
        judge(row("standard", true, Double.POSITIVE_INFINITY, 1, 1), row("right", false, 1, 9, 9));
    assertEquals("right", without.winner());
    ModelCases.Problem problem = new ModelCases.Problem("text", List.of(), 1, 1, PRODUCT);
    assertTrue(Tuner.judge(problem, List.of(wrong)).isEmpty());
  }

  @Test
  void badKernelsOfADeviceAreFoundAndTheRestGoesOn() {
    Device device = Trial.withBadProducts(Devices.named("emulator"));
    ModelCases.Problem problem = problem(PRODUCT, device);
    assertTrue(problem.candidates().containsAll(List.of("wrong", "broken")));
    TunedCase found = new Tuner(device, 0).tune(problem, List.of()).orElseThrow();
    assertEquals(Set.of("wrong", "broken"), found.failures().keySet());
    assertTrue(found.failures().get("wrong").startsWith("wrong: "), found.failures().toString());
    assertTrue(
        found.failures().get("broken").contains("no such grid"), found.failures().toString());
    assertTrue(problem.candidates().contains(found.winner()));
    assertTrue(found.nanos() > 0 && found.standardNanos() > 0);
  }

  @Test
  void aFusionIsMeasuredAgainstItsStepsWithTheirFastest() {
    KernelCase pair =
        CaseSpec.parse("pointwise:out=32+gelu+pointwise:out=16", new Shape(1, 3, 5, 16));
    Device device = Tuning.without(Devices.named("emulator"));
    ModelCases.Problem problem = problem(pair, device);
    assertTrue(problem.fused());
    TunedCase found = new Tuner(device, 0).tune(problem, List.of()).orElseThrow();
    assertEquals(Workbench.UNFUSED, found.standard());
    assertTrue(found.failures().isEmpty(), found.failures().toString());
  }

  /** The stem from bytes is tuned, and sessions for pictures take what was found. */
  @Test
  void theStemOfPicturesIsTunedToo(@TempDir Path directory) {
    KernelCase stem =
        CaseSpec.parse(
            "pictures+conv:out=16,s=2+gelu+depthwise:s=2+gelu+pointwise+gelu",
            new Shape(1, 9, 7, 3));
    String before = System.getProperty(Tuning.PROPERTY);
    System.setProperty(Tuning.PROPERTY, directory.toString());
    try {
      Device plain = Tuning.without(Devices.named("emulator"));
      ModelCases.Problem problem = problem(stem, plain);
      assertTrue(problem.key().startsWith("pictures>"), problem.key());
      TunedCase found = new Tuner(plain, 0).tune(problem, List.of()).orElseThrow();
      assertEquals("unfused", found.standard());
      assertTrue(found.failures().isEmpty(), found.failures().toString());
      TunedCase fused =
          new TunedCase(
              found.text(), "a stem", "unfused", 2, "pixelStem", 1, new LinkedHashMap<>());
      Tuning.of(plain).put(List.of(fused));
      Device fresh = new EmulatorProvider().find().devices().getFirst();
      assertEquals(
          "pixelStem", new Workbench(stem.graph(), stem.options(stem.together()), fresh).chosen());
    } finally {
      if (before == null) {
        System.clearProperty(Tuning.PROPERTY);
      } else {
        System.setProperty(Tuning.PROPERTY, before);
      }
    }
  }

  @Test
  void sessionsTakeWhatWasFound(@TempDir Path directory) {
    String before = System.getProperty(Tuning.PROPERTY);
    System.setProperty(Tuning.PROPERTY, directory.toString());
    try {
      Device plain = Tuning.without(Devices.named("emulator"));
      ModelCases.Problem problem = problem(PRODUCT, plain);
      TunedCase found =
          new TunedCase(problem.key(), "a product", "-", 2, "pointwise", 1, new LinkedHashMap<>());
      Tuning.of(plain).put(List.of(found));
      Device fresh = new EmulatorProvider().find().devices().getFirst();
      assertEquals(1, Tuning.inUse(fresh).orElseThrow());
      assertEquals(1, fresh.properties().get("tuned_cases"));
      KernelTable.Choice choice =
          KernelTable.choose(PRODUCT.graph(), PRODUCT.input(), fresh).getFirst();
      assertEquals(List.of("pointwise", "tuned"), List.of(choice.name(), choice.reason()));
      assertEquals(List.of("pointwise"), kernels(fresh));
      assertFalse(kernels(Tuning.without(fresh)).contains("pointwise"));
    } finally {
      if (before == null) {
        System.clearProperty(Tuning.PROPERTY);
      } else {
        System.setProperty(Tuning.PROPERTY, before);
      }
    }
  }

  private static List<String> kernels(Device device) {
    try (Session session =
        device.compile(
            PRODUCT.graph(), SessionOptions.of(PRODUCT.input()).withOutputs(PRODUCT.together()))) {
      return session.steps().stream().map(Session.Step::kernel).toList();
    }
  }

  @Test
  void quantilesLieBetweenRuns() {
    KernelRow row = row("a", false, 0, IntStream.of(4, 1, 3, 2).asDoubleStream().toArray());
    assertEquals(2.5, row.median().getAsDouble());
    assertEquals(1.75, row.quantile(0.25).getAsDouble());
  }
}
