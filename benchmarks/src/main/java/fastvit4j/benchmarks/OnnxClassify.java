package fastvit4j.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import fastvit4j.model.image.Picture;
import fastvit4j.model.image.Preprocessing;
import fastvit4j.model.image.Preprocessor;
import fastvit4j.model.tensor.Activation;
import java.io.File;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/**
 * What a Java program needs at least to say what is on a picture with ONNX Runtime: decode, resize,
 * crop and normalise, run, rank. The peer of {@code fastvit classify} in {@link ColdStart}.
 * Resizing is ours, as ONNX Runtime has none, so that both sides see the same pixels.
 *
 * <pre>{@code java ... OnnxClassify MODEL.onnx LABELS.txt SIZE CROP PICTURE}</pre>
 */
final class OnnxClassify {
  private static final int TOP = 5;

  private OnnxClassify() {}

  public static void main(String[] args) throws IOException, OrtException {
    int size = Integer.parseInt(args[2]);
    Preprocessing preprocessing = Preprocessing.imageNet(size, Double.parseDouble(args[3]));
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(args[0])) {
      ImageIO.setUseCache(false);
      Picture picture = Picture.of(ImageIO.read(new File(args[4])));
      FloatBuffer input = planes(new Preprocessor(preprocessing).apply(picture).normalised());
      String name = session.getInputNames().iterator().next();
      try (OnnxTensor tensor =
              OnnxTensor.createTensor(environment, input, new long[] {1, 3, size, size});
          OrtSession.Result result = session.run(Collections.singletonMap(name, tensor))) {
        float[] logits = ((float[][]) result.get(0).getValue())[0];
        print(args[4], logits, Files.readAllLines(Path.of(args[1])));
      }
    }
  }

  /** NHWC to NCHW. */
  private static FloatBuffer planes(Activation image) {
    float[] pixels = image.toFloats();
    float[] planes = new float[pixels.length];
    int plane = pixels.length / 3;
    for (int i = 0; i < pixels.length; i++) {
      planes[i % 3 * plane + i / 3] = pixels[i];
    }
    return FloatBuffer.wrap(planes);
  }

  private static void print(String picture, float[] logits, List<String> labels) {
    Integer[] order = IntStream.range(0, logits.length).boxed().toArray(Integer[]::new);
    Arrays.sort(order, Comparator.comparingDouble(i -> -logits[i]));
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - logits[order[0]]);
    }
    System.out.println(picture);
    for (int i = 0; i < TOP; i++) {
      double share = 100 * Math.exp(logits[order[i]] - logits[order[0]]) / sum;
      System.out.println(String.format(Locale.ROOT, "  %7.2f%%  %s", share, labels.get(order[i])));
    }
  }
}
