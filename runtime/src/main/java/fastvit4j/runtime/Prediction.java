package fastvit4j.runtime;

import fastvit4j.model.Labels;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a network says of an image, for one class.
 *
 * @param label the class's name
 * @param index the class's place among the logits
 * @param probability softmax of the logits: {@code exp(zᵢ) / Σⱼ exp(zⱼ)}
 * @param logit the network's output for the class
 */
public record Prediction(String label, int index, double probability, float logit) {
  /**
   * The most probable classes of one image, the first the most probable; of equal ones the one of
   * the lower index.
   *
   * @param logits one number a class
   * @param labels the classes' names
   * @param top how many classes at most
   */
  public static List<Prediction> rank(float[] logits, Labels labels, int top) {
    double[] probabilities = softmax(logits);
    return IntStream.range(0, logits.length)
        .boxed()
        .sorted((a, b) -> Float.compare(logits[b], logits[a]))
        .limit(top)
        .map(i -> new Prediction(labels.name(i), i, probabilities[i], logits[i]))
        .toList();
  }

  /** Softmax with the largest logit subtracted, so that no exponential overflows. */
  private static double[] softmax(float[] logits) {
    double largest = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      largest = Math.max(largest, logit);
    }
    double[] exponentials = new double[logits.length];
    double sum = 0;
    for (int i = 0; i < logits.length; i++) {
      exponentials[i] = Math.exp(logits[i] - largest);
      sum += exponentials[i];
    }
    for (int i = 0; i < logits.length; i++) {
      exponentials[i] /= sum;
    }
    return exponentials;
  }
}
