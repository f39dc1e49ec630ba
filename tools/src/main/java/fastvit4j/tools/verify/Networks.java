package fastvit4j.tools.verify;

import fastvit4j.model.Architecture;
import fastvit4j.model.checkpoint.DampedWeights;
import fastvit4j.model.checkpoint.SyntheticWeights;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.operator.ShapeException;
import fastvit4j.model.tensor.Activation;
import fastvit4j.reparam.Float64Evaluator;
import fastvit4j.reparam.Float64Evaluator.Value;
import fastvit4j.reparam.Reparameterization;
import fastvit4j.runtime.Precision;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Whole networks, and what float32 may be off by at their outputs. Worst cases, added up over
 * dozens of layers, would bound nothing. So the network is computed in float64 with every node's
 * result moved at random within its own worst case, and the outputs' largest movement over some
 * draws is the bound. It is a generous one: a sum of n products is off by about √n units in
 * practice and by n in the worst case; it is three to four orders of magnitude below what a wrong
 * kernel does.
 */
final class Networks {
  /** Height and width, two pixels in the last stage. */
  static final int SIZE = 64;

  private static final int RGB = 3;
  private static final long SEED = 1;
  private static final int DRAWS = 2;

  private Networks() {}

  /** A model's inference form with synthetic weights that let no activation grow. */
  static Graph inference(Architecture architecture) {
    return Reparameterization.full().apply(architecture.graph(Form.TRAIN, new DampedWeights(SEED)));
  }

  /** A small synthetic image; one of the network's own size where that is the only one. */
  static Activation image(Graph graph, int size) {
    try {
      return image(graph.shapes(new Shape(1, SIZE, SIZE, RGB)).get(Graph.INPUT));
    } catch (ShapeException e) {
      return image(new Shape(1, size, size, RGB));
    }
  }

  private static Activation image(Shape shape) {
    return Activation.fromNchw(
        new SyntheticWeights(SEED).image(shape.n(), shape.c(), shape.h(), shape.w()));
  }

  /** Each output's exact value, and one bound for all its elements. */
  static Map<String, Bounded> bounds(Graph graph, Activation input) {
    return bounds(graph, input, Precision.FLOAT32);
  }

  /** The same of a computation that stores weights and activations so. */
  static Map<String, Bounded> bounds(Graph graph, Activation input, Precision precision) {
    Value image = Values.of(input);
    Map<String, Value> exact = Float64Evaluator.outputs(graph, image, Float64Evaluator::apply);
    Map<String, Double> largest = new LinkedHashMap<>();
    for (int draw = 0; draw < DRAWS; draw++) {
      SplittableRandom random = new SplittableRandom(SEED + draw);
      Map<String, Value> moved =
          Float64Evaluator.outputs(
              graph,
              image,
              (operator, inputs) ->
                  move(
                      ErrorAnalysis.apply(
                          operator, inputs.stream().map(Bounded::exact).toList(), precision),
                      random));
      moved.forEach(
          (name, value) -> largest.merge(name, distance(value, exact.get(name)), Math::max));
    }
    Map<String, Bounded> bounds = new LinkedHashMap<>();
    exact.forEach(
        (name, value) ->
            bounds.put(name, new Bounded(value, Values.map(value, _ -> largest.get(name)))));
    return bounds;
  }

  private static Value move(Bounded result, SplittableRandom random) {
    double[] moved = result.value().data().clone();
    double[] error = result.error().data();
    Arrays.setAll(moved, i -> moved[i] + error[i] * random.nextDouble(-1, 1));
    return new Value(result.value().shape(), moved);
  }

  private static double distance(Value a, Value b) {
    double distance = 0;
    for (int i = 0; i < a.data().length; i++) {
      distance = Math.max(distance, Math.abs(a.data()[i] - b.data()[i]));
    }
    return distance;
  }
}
