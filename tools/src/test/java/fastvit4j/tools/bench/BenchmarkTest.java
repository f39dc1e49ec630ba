package fastvit4j.tools.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.Labels;
import fastvit4j.model.Model;
import fastvit4j.model.checkpoint.SyntheticWeights;
import fastvit4j.model.fastvit.FastViT;
import fastvit4j.model.fastvit.FastViTConfig;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.fastvit.Mixer;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.image.Preprocessing;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Activation;
import fastvit4j.reparam.Reparameterization;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.DeviceException;
import fastvit4j.runtime.DeviceMemoryException;
import fastvit4j.runtime.Devices;
import fastvit4j.runtime.Session;
import fastvit4j.runtime.SessionOptions;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Real runs of a very small network; how long they take does not matter. */
class BenchmarkTest {
  private static final Protocol PROTOCOL = new Protocol(2, 5, 3, 0);

  private static Model model(String name, Form form) {
    FastViTConfig config =
        FastViTConfig.of(
            "tiny_" + name, List.of(8, 16, 32, 64), List.of(1, 1, 1, 1), 2, Mixer.ATTENTION);
    Graph graph = FastViT.graph(config, Form.TRAIN, new SyntheticWeights(1));
    Model train =
        new Model(graph, Form.TRAIN, Preprocessing.imageNet(64, 0.9), Labels.numbered(1000));
    return form == Form.TRAIN ? train : Reparameterization.full().apply(train);
  }

  private static Configuration of(String model, String device, int batch, Form form) {
    return new Configuration(model, device, 64, 96, batch, Configuration.FLOAT32, form, 1);
  }

  private static Results plan(Protocol protocol, Configuration... configurations) {
    return Results.of(
        "1",
        new LinkedHashMap<>(),
        protocol,
        null,
        Stream.of(configurations).map(Result::of).toList());
  }

  /**
   * The processor under another name.
   *
   * @param opening opens a session for a network and options
   */
  private record Disguised(String name, Function<Graph, Function<SessionOptions, Session>> opening)
      implements Device {
    @Override
    public String description() {
      return Devices.named("cpu").description();
    }

    @Override
    public boolean isGpu() {
      return false;
    }

    @Override
    public SequencedMap<String, Object> properties() {
      return Devices.named("cpu").properties();
    }

    @Override
    public Session compile(Graph graph, SessionOptions options) {
      return opening.apply(graph).apply(options);
    }
  }

  /** A session that tells of each call, by the method's name, before it is made. */
  private static Session telling(Session session, Consumer<String> listener) {
    return (Session)
        Proxy.newProxyInstance(
            Session.class.getClassLoader(),
            new Class<?>[] {Session.class},
            (_, method, arguments) -> {
              listener.accept(method.getName());
              return method.invoke(session, arguments);
            });
  }

  /** The processor, which fails in one of its runs, counted over all its sessions. */
  private static Device failing(int at) {
    AtomicInteger runs = new AtomicInteger();
    return new Disguised(
        "failing",
        graph ->
            options ->
                telling(
                    Devices.named("cpu").compile(graph, options),
                    called -> {
                      if (called.equals("logits") && runs.incrementAndGet() == at) {
                        throw new DeviceException("the device\nis lost", null);
                      }
                    }));
  }

  /** The processor as a device that has room for so many sessions, and none for a huge network. */
  private static Device narrow(int most) {
    AtomicInteger open = new AtomicInteger();
    return new Disguised(
        "narrow",
        graph ->
            options -> {
              if (graph.name().endsWith("_huge") || open.get() >= most) {
                throw new DeviceMemoryException("no memory beside " + open);
              }
              Session session = Devices.named("cpu").compile(graph, options);
              open.incrementAndGet();
              return telling(
                  session,
                  called -> {
                    if (called.equals("close")) {
                      open.decrementAndGet();
                    }
                  });
            });
  }

  private static final class Kept implements Benchmark.Watcher {
    private final List<Results> kept = new ArrayList<>();
    private final List<String> told = new ArrayList<>();

    @Override
    public void at(String what, double seconds, double left) {
      told.add(what);
      assertTrue(seconds >= 0);
      assertTrue(Double.isNaN(left) || left >= 0, "left: " + left);
    }

    @Override
    public void keep(Results results) {
      kept.add(results);
    }
  }

  private static Results run(Results plan, int failingRun, Kept kept) {
    Device cpu = Devices.named("cpu");
    Device failing = failing(failingRun);
    return new Benchmark(BenchmarkTest::model, name -> name.equals("cpu") ? cpu : failing, kept)
        .run(plan);
  }

  @Test
  void measuresInRoundsAndChecksTheResults() {
    Kept kept = new Kept();
    Results done =
        run(
            plan(
                PROTOCOL,
                of("a", "cpu", 1, Form.INFERENCE),
                of("a", "cpu", 3, Form.INFERENCE),
                of("a", "cpu", 1, Form.TRAIN)),
            0,
            kept);
    assertNotNull(done.finished());
    for (Result result : done.results()) {
      assertEquals(List.of(1, 2, 2), result.rounds().stream().map(List::size).toList());
      assertEquals(3, result.probes().size());
      assertTrue(result.probes().stream().allMatch(Probe::isKnown));
      Preparation told = result.preparation();
      Graph graph = model("a", result.configuration().form()).graph();
      assertEquals(graph.parameters(), told.parameters());
      assertEquals(graph.macs(new Shape(1, 64, 96, 3)), told.macs());
      assertTrue(told.memoryBytes() > 4 * told.parameters() / 2);
      assertEquals(64, told.parity().height());
      assertEquals(96, told.parity().width());
      // As for the command's two forms: float32 rounding, 2⁻²⁴, of sums of up to 2¹¹ terms in some
      // 40 layers, as a random walk, in proportion to the largest logit.
      assertTrue(told.parity().error() <= 2e-5 * told.parity().largestLogit(), told.toString());
      assertTrue(told.parity().error() > 0);
      assertEquals(told.steps().size(), result.stepMs().size());
      assertTrue(result.kernelMs().isEmpty());
      assertEquals("stem", told.steps().getFirst().stage());
      assertEquals("Linear", told.steps().getLast().operator());
    }
    // At the beginning, after each of three rounds, and at the end.
    assertEquals(5, kept.kept.size());
    assertEquals(
        List.of(0, 1, 2, 3, 3),
        kept.kept.stream().map(r -> r.results().getLast().rounds().size()).toList());
    assertTrue(kept.told.containsAll(List.of("compiling a", "warming up a", "round 3 of 3")));
  }

  @Test
  void goesOnWhereItWasInterrupted() {
    Kept kept = new Kept();
    Results plan =
        plan(PROTOCOL, of("a", "cpu", 1, Form.INFERENCE), of("b", "cpu", 1, Form.INFERENCE));
    run(plan, 0, kept);
    Results interrupted = kept.kept.get(2);
    Results done = run(interrupted, 0, new Kept());
    for (int i = 0; i < 2; i++) {
      Result before = interrupted.results().get(i);
      Result after = done.results().get(i);
      assertEquals(2, before.rounds().size());
      assertEquals(3, after.rounds().size());
      assertEquals(before.rounds(), after.rounds().subList(0, 2));
      assertEquals(before.probes(), after.probes().subList(0, 2));
      assertTrue(after.probes().get(2).isKnown());
      assertEquals(before.preparation(), after.preparation());
    }
    assertEquals(interrupted.started(), done.started());
    Results again = run(done, 0, new Kept());
    assertEquals(done.results(), again.results());
  }

  @Test
  void goesOnWithoutADeviceThatFails() {
    // Runs before rounds: first, time, parity, two of warm-up; of round 1: one that does not count,
    // one that does; of round 2: the third from here on.
    for (int failingRun : new int[] {1, 3, 4, 8}) {
      Results done =
          run(
              plan(
                  PROTOCOL,
                  of("a", "failing", 1, Form.INFERENCE),
                  of("a", "cpu", 1, Form.INFERENCE)),
              failingRun,
              new Kept());
      Result failed = done.results().getFirst();
      assertTrue(failed.isFailed());
      assertEquals("the device; is lost", failed.error());
      assertEquals(failingRun == 8 ? 1 : 0, failed.rounds().size());
      assertEquals(failingRun > 3, failed.preparation() != null);
      assertEquals(3, done.results().getLast().rounds().size());
      assertFalse(done.results().getLast().isFailed());
      assertTrue(done.hasFailures());
    }
  }

  @Test
  void runsAtLeastOnceARoundHoweverSmallTheBudget() {
    Results done =
        run(plan(Protocol.ofBudget(1e-6), of("a", "cpu", 1, Form.INFERENCE)), 0, new Kept());
    assertEquals(
        List.of(1, 1, 1, 1, 1, 1, 1, 1, 1, 1),
        done.results().getFirst().rounds().stream().map(List::size).toList());
  }

  @Test
  void seesWrongLogits() {
    Configuration of = of("a", "cpu", 2, Form.INFERENCE);
    Graph right = model("a", Form.INFERENCE).graph();
    try (Session session = Devices.named("cpu").compile(right, SessionOptions.of(of.input()))) {
      // The images of a batch in the wrong places.
      Session swapped =
          (Session)
              Proxy.newProxyInstance(
                  Session.class.getClassLoader(),
                  new Class<?>[] {Session.class},
                  (_, method, arguments) -> {
                    if (!method.getName().equals("logits")) {
                      return method.invoke(session, arguments);
                    }
                    Activation logits = session.logits((Activation) arguments[0]);
                    Activation wrong = Activation.allocate(logits.shape());
                    wrong.image(0).data().copyFrom(logits.image(1).data());
                    wrong.image(1).data().copyFrom(logits.image(0).data());
                    return wrong;
                  });
      double good = new ParityCheck().check(of, session).error();
      double bad = new ParityCheck().check(of, swapped).error();
      assertTrue(bad > 100 * good, bad + " against " + good);
    }
  }

  @Test
  void checksLargeInputsAtASmallerSize() {
    Graph graph = model("a", Form.INFERENCE).graph();
    Shape small = new Shape(1, 64, 96, 3);
    assertEquals(small, ParityCheck.affordable(graph, small));
    Shape large = new Shape(1, 4096, 6144, 3);
    Shape chosen = ParityCheck.affordable(graph, large);
    assertTrue(graph.macs(large) > ParityCheck.MOST_MACS);
    assertTrue(graph.macs(chosen) <= ParityCheck.MOST_MACS);
    assertEquals(1.5, (double) chosen.w() / chosen.h(), 0.2);
    assertEquals(0, chosen.h() % 32);
  }

  @Test
  void whatFindsNoMemoryBesideOthersWaitsForThem() {
    Device narrow = narrow(2);
    Kept kept = new Kept();
    Results done =
        new Benchmark(BenchmarkTest::model, _ -> narrow, kept)
            .run(
                plan(
                    PROTOCOL,
                    of("a", "narrow", 1, Form.INFERENCE),
                    of("b", "narrow", 1, Form.INFERENCE),
                    of("c", "narrow", 1, Form.INFERENCE),
                    of("huge", "narrow", 1, Form.INFERENCE),
                    of("d", "narrow", 1, Form.INFERENCE)));
    for (Result result : done.results()) {
      boolean huge = result.configuration().model().equals("huge");
      assertEquals(huge ? "no memory beside 0" : null, result.error());
      assertEquals(huge ? 0 : PROTOCOL.rounds(), result.rounds().size());
    }
  }

  @Test
  void aSmallerImageIsNotCheckedInTheSessionThatIsTimed() {
    Configuration of =
        new Configuration("a", "cpu", 1600, 1600, 1, Configuration.FLOAT32, Form.INFERENCE, 0);
    Graph graph = model("a", Form.INFERENCE).graph();
    try (Session session = Devices.named("cpu").compile(graph, SessionOptions.of(of.input()))) {
      Session timed = telling(session, called -> assertNotEquals("logits", called));
      Parity parity = new ParityCheck().check(of, timed);
      assertTrue(parity.height() < 1600, parity.toString());
      // As above, though of more terms: those of attention between more tokens.
      assertTrue(parity.relative() <= 2e-5 && parity.relative() > 0, parity.toString());
    }
  }
}
