package fastvit4j.tools.eval;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SequencedMap;

/**
 * ImageNet-C's measure (Hendrycks and Dietterich, ICLR 2019): the corruption error {@code CE_c =
 * Σ_s E_{s,c} / Σ_s E^AlexNet_{s,c}} over the severities {@code s = 1…5} of top-1 errors, and its
 * mean over the 15 corruptions, mCE.
 */
public final class Corruptions {
  /** Severities of each corruption, from 1. */
  public static final int SEVERITIES = 5;

  /**
   * AlexNet's top-1 error on each corruption, the mean over the severities, as the benchmark's
   * authors published it (https://github.com/hendrycks/robustness) and later evaluations use it.
   */
  private static final SequencedMap<String, Double> ALEXNET = alexNet();

  private Corruptions() {}

  private static SequencedMap<String, Double> alexNet() {
    SequencedMap<String, Double> errors = new LinkedHashMap<>();
    errors.put("gaussian_noise", 0.886428);
    errors.put("shot_noise", 0.894468);
    errors.put("impulse_noise", 0.922640);
    errors.put("defocus_blur", 0.819880);
    errors.put("glass_blur", 0.826268);
    errors.put("motion_blur", 0.785948);
    errors.put("zoom_blur", 0.798360);
    errors.put("snow", 0.866816);
    errors.put("frost", 0.826572);
    errors.put("fog", 0.819324);
    errors.put("brightness", 0.564592);
    errors.put("contrast", 0.853204);
    errors.put("elastic_transform", 0.646056);
    errors.put("pixelate", 0.717840);
    errors.put("jpeg_compression", 0.606500);
    return errors;
  }

  /** The corruptions' names, as their folders are named. */
  public static List<String> names() {
    return List.copyOf(ALEXNET.keySet());
  }

  /**
   * The corruption error, as a fraction: AlexNet's is 1.
   *
   * @param errors the top-1 errors at severities 1 to 5
   */
  public static double error(String corruption, List<Double> errors) {
    if (errors.size() != SEVERITIES) {
      throw new IllegalArgumentException(errors.size() + " severities");
    }
    double mean = errors.stream().mapToDouble(Double::doubleValue).sum() / SEVERITIES;
    return mean / ALEXNET.get(corruption);
  }

  /** The mean corruption error, if all corruptions are there. */
  public static OptionalDouble mean(Map<String, Double> errors) {
    return errors.keySet().containsAll(ALEXNET.keySet())
        ? errors.values().stream().mapToDouble(Double::doubleValue).average()
        : OptionalDouble.empty();
  }
}
