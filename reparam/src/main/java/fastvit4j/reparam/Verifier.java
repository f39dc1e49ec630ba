package fastvit4j.reparam;

import fastvit4j.model.UserException;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.operator.Shape;
import fastvit4j.reparam.Float64Evaluator.Value;
import fastvit4j.reparam.Reparameterization.Step;
import fastvit4j.reparam.Reparameterization.Trace;
import fastvit4j.reparam.Verification.PassDifferences;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Proves by computing, in float64 on random images, that graphs are the same function.
 *
 * @param input the images' shape; a batch is as many images
 * @param seed what the images are drawn from, uniform in [−2, 2)
 */
public record Verifier(Shape input, long seed) {
  /** Small enough for a second, large enough that every stage of stride 32 has several pixels. */
  public static final Shape DEFAULT_INPUT = new Shape(1, 96, 64, 3);

  /** A verifier for models of the image's usual three channels. */
  public static Verifier standard() {
    return new Verifier(DEFAULT_INPUT, 1);
  }

  /**
   * Compares the outputs of two graphs.
   *
   * @throws UserException if they do not have the same outputs, or cannot take the input's shape
   */
  public List<Difference> compare(Graph before, Graph after) {
    Value image = image();
    requireSameOutputs(before, after);
    return outputs(
        before,
        Float64Evaluator.evaluate(before, image, before.outputs().values()),
        after,
        Float64Evaluator.evaluate(after, image, after.outputs().values()));
  }

  /**
   * Computes every graph of a reparameterization and compares each with the one before it, and the
   * last with the first.
   *
   * @throws UserException if the network cannot take the input's shape
   */
  public Verification verify(Trace trace) {
    Value image = image();
    List<Step> changing = trace.steps().stream().filter(s -> !s.folds().isEmpty()).toList();
    Map<String, Value> first = evaluate(trace.before(), image, List.of(), foldsOf(changing, 0));
    Map<String, Value> before = first;
    List<PassDifferences> passes = new ArrayList<>();
    for (int i = 0; i < changing.size(); i++) {
      Step step = changing.get(i);
      Map<String, Value> after =
          evaluate(step.after(), image, step.folds(), foldsOf(changing, i + 1));
      List<Difference> folds = new ArrayList<>();
      for (Fold fold : step.folds()) {
        String name = fold.added().name();
        folds.add(Difference.of(name, before.get(fold.valueBefore()), after.get(name)));
      }
      List<Difference> outputs = outputs(step.before(), before, step.after(), after);
      passes.add(new PassDifferences(step.pass().name(), outputs, folds));
      before = after;
    }
    List<Difference> outputs = outputs(trace.before(), first, trace.after(), before);
    return new Verification(input, seed, outputs, passes);
  }

  private static List<Fold> foldsOf(List<Step> steps, int index) {
    return index < steps.size() ? steps.get(index).folds() : List.of();
  }

  /** The outputs, what the folds before made, and what the folds after will replace. */
  private static Map<String, Value> evaluate(
      Graph graph, Value image, List<Fold> made, List<Fold> toReplace) {
    Set<String> wanted = new LinkedHashSet<>(graph.outputs().values());
    made.forEach(fold -> wanted.add(fold.added().name()));
    toReplace.forEach(fold -> wanted.add(fold.valueBefore()));
    return Float64Evaluator.evaluate(graph, image, wanted);
  }

  private static List<Difference> outputs(
      Graph before, Map<String, Value> valuesBefore, Graph after, Map<String, Value> valuesAfter) {
    List<Difference> differences = new ArrayList<>();
    before
        .outputs()
        .forEach(
            (output, value) ->
                differences.add(
                    Difference.of(
                        output,
                        valuesBefore.get(value),
                        valuesAfter.get(after.outputs().get(output)))));
    return differences;
  }

  private static void requireSameOutputs(Graph before, Graph after) {
    if (!before.outputs().keySet().equals(after.outputs().keySet())) {
      throw new UserException(
          "cannot compare "
              + before.name()
              + " with "
              + after.name()
              + ": their outputs are "
              + before.outputs().keySet()
              + " and "
              + after.outputs().keySet());
    }
  }

  private Value image() {
    SplittableRandom random = new SplittableRandom(seed);
    double[] data = new double[input.elements()];
    Arrays.setAll(data, _ -> random.nextDouble(-2, 2));
    return new Value(input, data);
  }
}
