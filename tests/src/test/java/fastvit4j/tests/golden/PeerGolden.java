package fastvit4j.tests.golden;

import fastvit4j.model.Architecture;
import fastvit4j.model.KnownModels;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Activation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import tools.jackson.jr.ob.JSON;

/**
 * A golden file of one of the paper's competitors: what timm's code computes in float64 with the
 * synthetic weights and input of one seed.
 *
 * @param file the file's name
 * @param architecture the model
 * @param seed the seed of weights and input
 * @param input the input's shape
 * @param trainParameters trained numbers of the train form
 * @param publishedParameters trained numbers of the form that timm folds, the same where it folds
 *     nothing
 * @param macs multiply-accumulate operations of that form
 * @param tensors names and shapes of the train form
 * @param logits of the one image
 * @param float32Error the largest error of PyTorch's own float32 logits
 */
record PeerGolden(
    String file,
    Architecture architecture,
    long seed,
    Shape input,
    long trainParameters,
    long publishedParameters,
    long macs,
    SequencedMap<String, List<Integer>> tensors,
    List<Double> logits,
    double float32Error) {
  private static final List<String> FILES =
      List.of(
          "poolformer_s12_1x3x224x224_seed1",
          "mobileone_s0_1x3x224x224_seed1",
          "mobileone_s3_1x3x224x224_seed1",
          "resnet50_1x3x224x224_seed1",
          "convnext_tiny_1x3x224x224_seed1",
          "deit_tiny_patch16_224_1x3x224x224_seed1");

  /** All six. */
  static List<PeerGolden> all() {
    return FILES.stream().map(PeerGolden::read).toList();
  }

  private static PeerGolden read(String name) {
    try (InputStream in = PeerGolden.class.getResourceAsStream("/golden/peers/" + name + ".json")) {
      return parse(name, JSON.std.mapFrom(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The input, NHWC. */
  Activation image() {
    return Activation.fromNchw(
        new Synthetic(seed).image(input.n(), input.c(), input.h(), input.w()));
  }

  /** The largest absolute logit. */
  double largestLogit() {
    return logits.stream().mapToDouble(Math::abs).max().orElseThrow();
  }

  @Override
  public String toString() {
    return file;
  }

  private static PeerGolden parse(String name, Map<String, Object> json) {
    List<Integer> nchw = Golden.ints(Golden.map(json.get("input")).get("shape"));
    Map<String, Object> parameters = Golden.map(json.get("parameters"));
    SequencedMap<String, List<Integer>> tensors = new LinkedHashMap<>();
    Golden.map(json.get("tensors")).forEach((tensor, s) -> tensors.put(tensor, Golden.ints(s)));
    Map<String, Object> error = Golden.map(json.get("reference_error"));
    return new PeerGolden(
        name,
        KnownModels.named((String) json.get("model")).architecture(),
        Golden.number(json.get("seed")).longValue(),
        new Shape(nchw.get(0), nchw.get(2), nchw.get(3), nchw.get(1)),
        Golden.number(parameters.get("train_form")).longValue(),
        Golden.number(parameters.get("inference_form")).longValue(),
        Golden.number(json.get("macs_inference_form")).longValue(),
        tensors,
        Golden.doubles(Golden.list(json.get("logits")).getFirst()),
        Golden.number(error.get("pytorch_float32_vs_float64")).doubleValue());
  }
}
