package fastvit4j.tools.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.KnownModel;
import fastvit4j.model.KnownModels;
import fastvit4j.model.checkpoint.SyntheticWeights;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.operator.Shape;
import fastvit4j.reparam.Reparameterization;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.Devices;
import fastvit4j.runtime.Precision;
import fastvit4j.runtime.plan.Fusion;
import fastvit4j.runtime.tornado.Workbench;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RooflineSummaryTest {
  private static final Shape SHAPE = new Shape(1, 4, 4, 8);

  private static KernelRow row(String way, boolean chosen, double fraction, double nanos) {
    return new KernelRow(
        way,
        way,
        Set.of(Precision.FLOAT32),
        chosen,
        List.of(nanos),
        1,
        1,
        1,
        60,
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

  private static RooflineSummary.Measured one(
      String operators, int times, List<String> candidates, KernelRow... rows) {
    int steps = candidates.isEmpty() ? 1 : 2;
    KernelCase shown = CaseSpec.parse(operators, SHAPE);
    ModelCases.Problem problem = new ModelCases.Problem(operators, candidates, steps, times, shown);
    return new RooflineSummary.Measured(problem, List.of(rows));
  }

  @Test
  void fractionsAreOfWhatTheDeviceGetsAndWeightedByTime() {
    RooflineSummary summary =
        RooflineSummary.of(
            List.of(
                one("gelu", 1, List.of(), row("activation", true, 0, 240)),
                one("pointwise", 3, List.of(), row("a", true, 0.5, 75), row("b", false, 0.5, 61)),
                one("pointwise:out=9", 1, List.of(), row("a", true, 0.5, 150)),
                one("pointwise:out=7", 1, List.of(), row("a", true, 0.5, 100))));
    RooflineSummary.Kind products = summary.kinds().getFirst();
    assertEquals("pointwise", products.operator(), "what has a target comes first");
    assertEquals(List.of(0.4, 0.6, 0.8), products.fractions());
    assertEquals(0.4, products.lowest());
    assertEquals(0.6, products.median());
    assertEquals(5 * 60 / (3 * 75.0 + 150 + 100), products.weighted(), 1e-12);
    assertEquals(1, products.missed());
    assertEquals(List.of(3, 5), List.of(products.shapes(), products.steps()));
    assertTrue(summary.kinds().get(1).target().isEmpty());
  }

  @Test
  void whatIsWrongOrNotTimedIsNoSuccess() {
    RooflineSummary summary =
        RooflineSummary.of(
            List.of(
                one("depthwise", 1, List.of(), row("a", true, 1.5, 61)),
                one("depthwise:k=7", 1, List.of(), KernelRow.failed("a", "no such grid"))));
    RooflineSummary.Kind kind = summary.kinds().getFirst();
    assertEquals(2, kind.missed());
    assertTrue(Double.isNaN(kind.lowest()) && Double.isNaN(kind.weighted()));
  }

  @Test
  void fusionsStandBesideTheirSteps() {
    List<String> pair = List.of("pointwisePair");
    KernelRow unfused = row(Workbench.UNFUSED, false, 0, 90);
    RooflineSummary summary =
        RooflineSummary.of(
            List.of(
                one("pointwise+pointwise", 2, pair, unfused, row("pointwisePair", true, 0, 60)),
                one(
                    "pointwise+linear",
                    1,
                    pair,
                    KernelRow.failed("pointwisePair", "no"),
                    unfused)));
    assertEquals(60.0 / 90, summary.fusions().getFirst().ratio());
    assertEquals("pointwisePair", summary.fusions().get(1).kernel());
    assertTrue(Double.isNaN(summary.fusions().get(1).ratio()));
    ModelCases.Problem two =
        new ModelCases.Problem("two", pair, 2, 1, CaseSpec.parse("pointwise+linear", SHAPE));
    assertEquals(
        List.of("pointwisePair", Workbench.UNFUSED), RooflineSummary.ways(two, "pointwisePair"));
    assertEquals(List.of(), RooflineSummary.ways(two, "pointwise, pointwise"));
  }

  /** Every step of a model is counted, and its first ones once more as pictures. */
  @Test
  void problemsSayHowOftenAModelHasThem() {
    Device device = Devices.named("emulator");
    KnownModel model = KnownModels.named("t8");
    Shape input = new Shape(1, 64, 64, 3);
    List<ModelCases.Problem> problems = ModelCases.of(model, input, device);
    Graph graph =
        Reparameterization.full()
            .apply(model.architecture().graph(Form.TRAIN, new SyntheticWeights(1)));
    int steps = Fusion.fuse(graph, Set.of(Graph.LOGITS)).size();
    assertEquals(
        steps,
        problems.stream().filter(one -> !one.fused()).mapToInt(ModelCases.Problem::times).sum());
    List<ModelCases.Problem> pictures =
        problems.stream().filter(one -> one.shown().pictures()).toList();
    assertEquals(1, pictures.size());
    assertEquals(List.of("pixelStem"), pictures.getFirst().candidates());
    assertTrue(pictures.getFirst().key().startsWith("pictures>"), pictures.getFirst().key());
  }
}
