package fastvit4j.runtime;

import fastvit4j.model.Labels;
import fastvit4j.model.Model;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.image.Picture;
import fastvit4j.model.image.PixelBatch;
import fastvit4j.model.image.Preprocessor;
import fastvit4j.model.tensor.Activation;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A model that answers what is on a picture, compiled for a device. Safe to share between threads;
 * closed by its owner.
 *
 * <pre>{@code
 * try (Checkpoint checkpoint = Checkpoint.open(path);
 *     Classifier classifier =
 *         Classifier.open(Reparameterization.full().apply(checkpoint.model()), Devices.best())) {
 *   System.out.println(classifier.classify(Path.of("cat.jpg"), 5));
 * }
 * }</pre>
 *
 * <p>Any form of the model runs; the inference form is the fastest. Pictures are preprocessed as
 * {@link Model#preprocessing()} says; activations are taken as they are.
 */
public final class Classifier implements AutoCloseable {
  private final Session session;
  private final Preprocessor preprocessor;
  private final Labels labels;

  private Classifier(Session session, Preprocessor preprocessor, Labels labels) {
    this.session = session;
    this.preprocessor = preprocessor;
    this.labels = labels;
  }

  /**
   * A classifier that is ready for single pictures and uses all cores.
   *
   * @throws fastvit4j.model.operator.ShapeException if the model cannot take its own input size
   * @throws DeviceException if the device cannot run the model
   */
  public static Classifier open(Model model, Device device) {
    return open(model, device, 1, 0);
  }

  /**
   * A classifier that is ready for batches of a size; others work too, perhaps slower.
   *
   * @param batch pictures in a batch
   * @param threads cores to use at most, 0 for all
   * @throws fastvit4j.model.operator.ShapeException if the model cannot take its own input size
   * @throws DeviceException if the device cannot run the model
   */
  public static Classifier open(Model model, Device device, int batch, int threads) {
    return open(model, device, batch, threads, CompileListener.NONE);
  }

  /**
   * The same, for who wants to know how far the compilation is.
   *
   * @param progress is told
   */
  public static Classifier open(
      Model model, Device device, int batch, int threads, CompileListener progress) {
    Preprocessor preprocessor = new Preprocessor(model.preprocessing());
    SessionOptions options =
        SessionOptions.of(preprocessor.shape(batch))
            .forPictures(model.preprocessing())
            .withThreads(threads)
            .withProgress(progress);
    return new Classifier(device.compile(model.graph(), options), preprocessor, model.labels());
  }

  /**
   * The most probable classes of a picture file, the first the most probable.
   *
   * @param top how many classes at most
   * @throws fastvit4j.model.UserException if the file cannot be read as a picture
   */
  public List<Prediction> classify(Path file, int top) {
    return classify(Picture.read(file), top);
  }

  /** The most probable classes of an image. */
  public List<Prediction> classify(BufferedImage image, int top) {
    return classify(Picture.of(image), top);
  }

  /** The most probable classes of a picture. */
  public List<Prediction> classify(Picture picture, int top) {
    return classify(preprocessor.apply(picture), top).getFirst();
  }

  /**
   * The most probable classes of each picture file, computed as one batch.
   *
   * @throws fastvit4j.model.UserException if a file cannot be read as a picture
   */
  public List<List<Prediction>> classify(List<Path> files, int top) {
    return files.isEmpty() ? List.of() : classify(preprocessor.load(files), top);
  }

  /**
   * The most probable classes of each image of a batch.
   *
   * @param batch images NHWC, already normalised
   * @param top how many classes at most
   */
  public List<List<Prediction>> classify(Activation batch, int top) {
    return rank(session.run(batch), top);
  }

  /**
   * The most probable classes of each picture of a batch.
   *
   * @param batch pictures that {@link #preprocessor} has cropped
   * @param top how many classes at most
   */
  public List<List<Prediction>> classify(PixelBatch batch, int top) {
    return rank(session.run(batch), top);
  }

  private List<List<Prediction>> rank(Map<String, Activation> outputs, int top) {
    if (top < 1) {
      throw new IllegalArgumentException("top must be at least 1, not " + top);
    }
    Activation logits = outputs.get(Graph.LOGITS);
    int classes = logits.shape().c();
    float[] values = logits.toFloats();
    List<List<Prediction>> predictions = new ArrayList<>();
    for (int n = 0; n < logits.shape().n(); n++) {
      float[] one = Arrays.copyOfRange(values, n * classes, (n + 1) * classes);
      predictions.add(Prediction.rank(one, labels, top));
    }
    return predictions;
  }

  /** The session beneath. */
  public Session session() {
    return session;
  }

  /** What turns pictures into the session's input. */
  public Preprocessor preprocessor() {
    return preprocessor;
  }

  /** The classes' names. */
  public Labels labels() {
    return labels;
  }

  /** Frees what the session holds. */
  @Override
  public void close() {
    session.close();
  }
}
