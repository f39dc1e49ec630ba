package fastvit4j.runtime.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.checkpoint.SyntheticWeights;
import fastvit4j.model.fastvit.FastViT;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.fastvit.Variant;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.image.Preprocessing;
import fastvit4j.model.operator.Linear;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Tensor;
import fastvit4j.runtime.Precision;
import fastvit4j.runtime.plan.FusedStep;
import fastvit4j.runtime.plan.Fusion;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which fusions T8 gets on devices that are described as large and small GPUs would be. */
class FusionChoiceTest {
  private static final int LOCAL = 48 << 10;

  private static final Graph T8 =
      FastViT.graph(Variant.T8.config(), Form.INFERENCE, new SyntheticWeights(1));

  private static DeviceTraits gpu(int units, int localBytes) {
    return new DeviceTraits(true, 1L << 36, 1L << 34, localBytes, 1024, units, "PTX", true, false)
        .withClock(1980);
  }

  private static List<Lowering.Part> parts(int batch, DeviceTraits device) {
    List<FusedStep> steps = Fusion.fuse(T8, Set.of(Graph.LOGITS));
    Shape shape = new Shape(batch, 256, 256, 3);
    return Lowering.parts(
        steps,
        T8.shapes(shape),
        PlanInput.pixels(shape, Preprocessing.imageNet(256, 0.9)),
        Set.of(T8.outputs().get(Graph.LOGITS)),
        device);
  }

  private static List<Lowering.Part> fused(List<Lowering.Part> parts) {
    return parts.stream().filter(part -> part.problem().steps().size() > 1).toList();
  }

  /** The fusions of a stage, by the height of its images. */
  private static List<String> names(List<Lowering.Part> parts, int height) {
    return fused(parts).stream()
        .filter(part -> part.problem().output().h() == height)
        .map(part -> part.choice().candidate().name())
        .distinct()
        .toList();
  }

  @Test
  void aLargeGpuFusesTheEarlyStagesOfABatch() {
    List<Lowering.Part> parts = parts(16, gpu(132, LOCAL));
    assertEquals(List.of("pixelStem", "depthwisePair", "pointwisePair"), names(parts, 64));
    assertTrue(names(parts, 32).contains("depthwisePair"), () -> names(parts, 32).toString());
  }

  @Test
  void tinyLateStagesAreNotFused() {
    DeviceTraits large = gpu(132, LOCAL);
    assertEquals(List.of(), names(parts(1, large), 8));
    assertFalse(names(parts(16, large), 8).contains("pointwisePair"));
    // With a processor for each group they may be: not the stage is what counts.
    assertTrue(names(parts(1, gpu(8, LOCAL)), 8).contains("depthwisePair"));
  }

  @Test
  void whatIsTakenIsExpectedToBeFasterAndFillsTheDevice() {
    for (DeviceTraits device : List.of(gpu(8, LOCAL), gpu(40, LOCAL), gpu(132, LOCAL))) {
      for (int batch : new int[] {1, 4, 32}) {
        for (Lowering.Part part : fused(parts(batch, device))) {
          Cost cost = CostModel.of(part.choice().candidate(), part.problem(), device);
          double fused = CostModel.nanos(cost, device, device.limits());
          double apart = FusionChoice.apart(part.problem(), device, device.limits());
          String what = part.problem().text() + ": " + fused + " to " + apart;
          assertTrue(fused < apart, what);
          assertTrue(cost.groups() >= device.computeUnits(), what);
        }
      }
    }
  }

  @Test
  void whatIsComputedTwiceCountsAgainstIt() {
    // Of the same bytes saved, a second product of twice as many columns computes the first twice.
    Problem narrow = pair(64, 256, 64);
    Problem wide = pair(64, 256, 128);
    DeviceTraits device = gpu(132, LOCAL);
    Candidate pair = candidate("pointwisePair");
    assertTrue(FusionChoice.pays(pair, narrow, device));
    assertFalse(FusionChoice.pays(pair, wide, device));
    long first = 2L * 65536 * 64 * 256;
    assertEquals(2 * first, CostModel.of(pair, narrow, device).operations());
    assertEquals(first * (1 + 1 + 2), CostModel.of(pair, wide, device).operations());
  }

  @Test
  void localMemoryThatHoldsMoreGroupsMakesAFusionFaster() {
    Problem problem = pair(64, 256, 64);
    Candidate pair = candidate("pointwisePair");
    Cost cost = CostModel.of(pair, problem, gpu(132, LOCAL));
    assertEquals(PAIR_BYTES, cost.localBytes());
    // 1024 groups on 132 units that hold one or eight: 8 times one, or at once.
    assertEquals(1024.0 / (132 * 8), CostModel.filled(cost, gpu(132, LOCAL)), 1e-12);
    assertEquals(1, CostModel.filled(cost.withLocal(0), gpu(128, LOCAL)), 1e-12);
  }

  private static final long PAIR_BYTES = 4 * (16 * (68 + 64) + 64 * 68);

  @Test
  void aProcessorFusesNothing() {
    DeviceTraits processor =
        new DeviceTraits(false, 1L << 36, 1L << 34, 1 << 20, 4096, 2, "OPENCL", false, false);
    assertEquals(List.of(), fused(parts(1, processor)));
  }

  @Test
  void theSameDescriptionGetsTheSame() {
    assertEquals(
        parts(4, gpu(40, LOCAL)).stream().map(part -> part.choice().candidate().name()).toList(),
        parts(4, gpu(40, LOCAL)).stream().map(part -> part.choice().candidate().name()).toList());
  }

  private static Candidate candidate(String name) {
    return KernelRegistry.CANDIDATES.stream()
        .filter(one -> one.name().equals(name))
        .filter(one -> one.precision() == Precision.FLOAT32)
        .findFirst()
        .orElseThrow();
  }

  /** Two products after each other, of 65,536 rows. */
  private static Problem pair(int in, int hidden, int out) {
    Linear first = new Linear(Tensor.of("w", new float[in * hidden], hidden, in), null);
    Linear second = new Linear(Tensor.of("v", new float[hidden * out], out, hidden), null);
    return new Problem(
        List.of(
            new FusedStep("h", "", first, List.of("x"), null, null, "h"),
            new FusedStep("y", "", second, List.of("h"), null, null, "y")),
        Map.of(
            "x", new Shape(16, 64, 64, in),
            "h", new Shape(16, 64, 64, hidden),
            "y", new Shape(16, 64, 64, out)),
        Set.of("y"),
        null,
        Precision.FLOAT32);
  }
}
