package fastvit4j.tests.golden;

import fastvit4j.model.fastvit.FastViTConfig;
import fastvit4j.model.fastvit.Variant;
import fastvit4j.model.operator.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;
import tools.jackson.jr.ob.JSON;

/**
 * A golden file: what the public PyTorch code computes in float64 for one variant and input size
 * with the synthetic weights and input of one seed.
 *
 * @param file the file's name
 * @param variant the variant
 * @param seed the seed of weights and input
 * @param input the input's shape
 * @param trainParameters trained numbers of the train form
 * @param publishedParameters trained numbers of the inference form that the public code folds
 * @param macs multiply-accumulate operations of that form
 * @param trainTensors names and shapes of the train form
 * @param publishedTensors the tensors of the published inference form
 * @param stages outputs in between, and samples of them
 * @param logits one row an image
 * @param float32Error the largest error of PyTorch's own float32 logits
 */
public record Golden(
    String file,
    Variant variant,
    long seed,
    Shape input,
    long trainParameters,
    long publishedParameters,
    long macs,
    SequencedMap<String, List<Integer>> trainTensors,
    SequencedMap<String, Sampled> publishedTensors,
    SequencedMap<String, Sampled> stages,
    List<List<Double>> logits,
    double float32Error) {
  private static final List<String> FILES =
      List.of(
          "fastvit_t8_1x3x256x256_seed1",
          "fastvit_t8_2x3x224x320_seed1",
          "fastvit_t12_1x3x256x256_seed1",
          "fastvit_s12_1x3x256x256_seed1",
          "fastvit_sa12_1x3x256x256_seed1",
          "fastvit_sa12_1x3x384x384_seed1",
          "fastvit_sa24_1x3x256x256_seed1",
          "fastvit_sa36_1x3x256x256_seed1",
          "fastvit_ma36_1x3x256x256_seed1");

  /**
   * A tensor or activation of which some numbers are known.
   *
   * @param shape as PyTorch has it, activations NCHW
   * @param statistics {@code l2} of a tensor, {@code mean} and {@code std} of an activation
   * @param samples elements by their row-major index
   */
  public record Sampled(
      List<Integer> shape, Map<String, Double> statistics, SequencedMap<Long, Double> samples) {}

  /** All nine. */
  public static List<Golden> all() {
    return FILES.stream().map(Golden::read).toList();
  }

  /**
   * Those whose names contain one of the words in {@code -Dfastvit.tests.golden}, with commas
   * between; all of them without it or with {@code all}. For devices on which compiling takes long.
   */
  static List<Golden> chosen() {
    String words = System.getProperty("fastvit.tests.golden", "all");
    return FILES.stream()
        .filter(file -> words.equals("all") || Stream.of(words.split(",")).anyMatch(file::contains))
        .map(Golden::read)
        .toList();
  }

  /** The one of the given name, without its ending. */
  public static Golden read(String name) {
    try (InputStream in = Golden.class.getResourceAsStream("/golden/" + name + ".json")) {
      return parse(name, JSON.std.mapFrom(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The variant's architecture. */
  public FastViTConfig config() {
    return variant.config();
  }

  /** The largest absolute logit. */
  public double largestLogit() {
    return logits.stream().flatMap(List::stream).mapToDouble(Math::abs).max().orElseThrow();
  }

  /** The root mean square of the logits. */
  double rootMeanSquare() {
    return Math.sqrt(
        logits.stream().flatMap(List::stream).mapToDouble(v -> v * v).average().orElseThrow());
  }

  /** The error allowed for its logits: four times PyTorch's own. */
  public double allowed() {
    return Parity.TIMES_PYTORCH * float32Error;
  }

  @Override
  public String toString() {
    return file;
  }

  private static Golden parse(String name, Map<String, Object> json) {
    List<Integer> nchw = ints(map(json.get("input")).get("shape"));
    Map<String, Object> parameters = map(json.get("parameters"));
    SequencedMap<String, List<Integer>> train = new LinkedHashMap<>();
    map(json.get("train_form_tensors")).forEach((tensor, shape) -> train.put(tensor, ints(shape)));
    Map<String, Object> error = map(json.get("reference_error"));
    String model = (String) json.get("model");
    return new Golden(
        name,
        Variant.valueOf(model.substring(model.indexOf('_') + 1).toUpperCase(Locale.ROOT)),
        number(json.get("seed")).longValue(),
        new Shape(nchw.get(0), nchw.get(2), nchw.get(3), nchw.get(1)),
        number(parameters.get("train_form")).longValue(),
        number(parameters.get("inference_form")).longValue(),
        number(json.get("macs_inference_form")).longValue(),
        train,
        sampled(json.get("inference_form_tensors")),
        sampled(json.get("stages")),
        list(json.get("logits")).stream().map(Golden::doubles).toList(),
        number(error.get("pytorch_float32_inference_vs_float64")).doubleValue());
  }

  private static SequencedMap<String, Sampled> sampled(Object json) {
    SequencedMap<String, Sampled> result = new LinkedHashMap<>();
    map(json).forEach((name, value) -> result.put(name, sampled(map(value))));
    return result;
  }

  private static Sampled sampled(Map<String, Object> json) {
    Map<String, Double> statistics = new LinkedHashMap<>();
    for (String statistic : List.of("l2", "mean", "std")) {
      if (json.containsKey(statistic)) {
        statistics.put(statistic, number(json.get(statistic)).doubleValue());
      }
    }
    SequencedMap<Long, Double> samples = new LinkedHashMap<>();
    for (Object pair : list(json.get("samples"))) {
      samples.put(number(list(pair).get(0)).longValue(), number(list(pair).get(1)).doubleValue());
    }
    return new Sampled(ints(json.get("shape")), statistics, samples);
  }

  static Number number(Object json) {
    return (Number) json;
  }

  static List<Integer> ints(Object json) {
    return list(json).stream().map(value -> number(value).intValue()).toList();
  }

  static List<Double> doubles(Object json) {
    return list(json).stream().map(value -> number(value).doubleValue()).toList();
  }

  static Map<String, Object> map(Object json) {
    Map<String, Object> result = new LinkedHashMap<>();
    ((Map<?, ?>) json).forEach((key, value) -> result.put((String) key, value));
    return result;
  }

  static List<Object> list(Object json) {
    return new ArrayList<>((List<?>) json);
  }
}
