package fastvit4j.model.checkpoint;

import fastvit4j.model.Architecture;
import fastvit4j.model.Model;
import fastvit4j.model.UserException;
import fastvit4j.model.fastvit.FastViTConfig;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.tensor.DType;
import fastvit4j.model.tensor.Tensor;
import fastvit4j.model.tensor.Weights;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * An open checkpoint: the tensors of a network and what they were recognised as. The tensors are
 * slices of the mapped file, so a checkpoint is closed only when its graph is used no more (a
 * compiled session has its own copy of the weights).
 */
public final class Checkpoint implements AutoCloseable {
  private final TensorFile file;
  private final Naming naming;
  private final Form form;
  private final ModelInfo info;
  private final SequencedMap<String, Tensor> parameters;
  private final List<String> notes;
  private volatile List<String> warnings;

  private Checkpoint(
      TensorFile file,
      Naming naming,
      Form form,
      ModelInfo info,
      SequencedMap<String, Tensor> parameters,
      List<String> notes) {
    this.file = file;
    this.naming = naming;
    this.form = form;
    this.info = info;
    this.parameters = Collections.unmodifiableSequencedMap(parameters);
    this.notes = List.copyOf(notes);
  }

  /**
   * Opens a file and recognises what it holds.
   *
   * @throws CheckpointException if it cannot be read, is damaged, or is no model that is known
   */
  public static Checkpoint open(Path path) {
    TensorFile file = TensorFile.open(path);
    try {
      return of(file);
    } catch (Throwable e) {
      file.close();
      throw e;
    }
  }

  /**
   * Opens a file that must hold the given model, with any number of classes.
   *
   * @throws CheckpointException if it cannot be read, is damaged, or is not that model; the message
   *     names the first tensors that are missing, unexpected or of another shape
   */
  public static Checkpoint open(Path path, Architecture architecture) {
    TensorFile file = TensorFile.open(path);
    try {
      return of(file, architecture);
    } catch (Throwable e) {
      file.close();
      throw e;
    }
  }

  /**
   * Reads what lies in memory already, for example a resource.
   *
   * @param name what to call it in messages
   * @throws CheckpointException if it is damaged or no model that is known
   */
  public static Checkpoint of(String name, MemorySegment bytes) {
    return of(TensorFile.of(name, bytes));
  }

  /**
   * Recognises an open file, which the checkpoint then owns.
   *
   * @throws CheckpointException if it is no model that is known; the file then stays open
   */
  public static Checkpoint of(TensorFile file) {
    if (ShapeRecognition.isFastViT(file.tensors().keySet())) {
      return recognize(file, Recognition::info);
    }
    SequencedMap<String, Tensor> parameters = PeerRecognition.parameters(file);
    return PeerRecognition.find(parameters)
        .map(architecture -> peer(file, architecture, parameters))
        .orElseGet(() -> recognize(file, Recognition::info));
  }

  /**
   * The same, where the model is known.
   *
   * @throws CheckpointException if the tensors are not the model's; the file then stays open
   */
  public static Checkpoint of(TensorFile file, Architecture architecture) {
    return architecture instanceof FastViTConfig
        ? recognize(file, recognition -> recognition.info(architecture))
        : peer(file, architecture, PeerRecognition.parameters(file));
  }

  private interface Decision {
    ModelInfo info(Recognition recognition);
  }

  private static Checkpoint recognize(TensorFile file, Decision decision) {
    Naming naming = Naming.of(file.tensors().keySet());
    SequencedMap<String, Tensor> parameters = Recognition.parameters(file, naming);
    List<String> notes = new ArrayList<>();
    Recognition recognition = new Recognition(file, parameters, notes);
    ModelInfo info = decision.info(recognition);
    Form form = recognition.shapes().form();
    TensorCheck.require(file.name(), info.architecture(), form, parameters);
    return new Checkpoint(file, naming, form, info, parameters, notes);
  }

  /** One of the models beside FastViT, whose public checkpoints have timm's names. */
  private static Checkpoint peer(
      TensorFile file, Architecture architecture, SequencedMap<String, Tensor> parameters) {
    List<String> notes = new ArrayList<>();
    ModelInfo info = new Recognition(file, parameters, notes).info(architecture);
    Form form = PeerRecognition.form(info.architecture(), parameters);
    TensorCheck.require(file.name(), info.architecture(), form, parameters);
    return new Checkpoint(file, Naming.TIMM, form, info, parameters, notes);
  }

  /** The file that this was read from. */
  public TensorFile file() {
    return file;
  }

  /** Whose names the file uses. */
  public Naming naming() {
    return naming;
  }

  /** The form that the tensors are of. */
  public Form form() {
    return form;
  }

  /** The architecture. */
  public Architecture architecture() {
    return info.architecture();
  }

  /**
   * FastViT's configuration.
   *
   * @throws IllegalStateException if it is another model
   */
  public FastViTConfig config() {
    if (architecture() instanceof FastViTConfig config) {
      return config;
    }
    throw new IllegalStateException(architecture().name() + " is no FastViT");
  }

  /** Architecture, preprocessing and labels: from the metadata, else the usual ones. */
  public ModelInfo info() {
    return info;
  }

  /** Parameters and running statistics by timm's names, in the file's order. */
  public SequencedMap<String, Tensor> parameters() {
    return parameters;
  }

  /** The parameters as a graph's builder takes them. */
  public Weights weights() {
    return new Weights() {
      @Override
      public Tensor tensor(String name, int... shape) {
        Tensor tensor = parameters.get(name);
        if (tensor == null || !tensor.hasShape(shape)) {
          throw new IllegalArgumentException(
              file.name() + " has no tensor " + Tensor.shapeOnly(name, shape));
        }
        return tensor;
      }

      @Override
      public boolean has(String name) {
        return parameters.containsKey(name);
      }
    };
  }

  /** The network in the file's form, over the file's own memory. */
  public Model model() {
    Graph graph = architecture().graph(form, weights());
    return new Model(graph, form, info.preprocessing(), info.labels());
  }

  /**
   * What the user should know, a line each: NaN, infinity or, in float64, numbers that float32 does
   * not have, and how often; metadata that cannot be followed. Reads all tensors at the first call.
   *
   * @throws CheckpointException if the file has become unreadable
   */
  public List<String> warnings() {
    List<String> all = warnings;
    if (all == null) {
      all = FileMapping.reading(file.name(), this::findWarnings);
      warnings = all;
    }
    return all;
  }

  private List<String> findWarnings() {
    List<String> all = new ArrayList<>(notes);
    List<Tensor> tensors = List.copyOf(parameters.values());
    long[] counts = NonFinite.count(tensors);
    for (int i = 0; i < counts.length; i++) {
      Tensor tensor = tensors.get(i);
      if (counts[i] > 0) {
        all.add(
            "%s: tensor %s has %d of %d values that are NaN or infinite"
                .formatted(file.name(), tensor.name(), counts[i], tensor.elements()));
      }
      long beyond = NonFinite.countBeyondFloat32(tensor);
      if (beyond > 0) {
        all.add(
            "%s: tensor %s has %d of %d values beyond the range of float32, infinite in a session"
                .formatted(file.name(), tensor.name(), beyond, tensor.elements()));
      }
    }
    return List.copyOf(all);
  }

  /**
   * Writes a network as a safetensors file in timm's naming, with its description in the metadata.
   *
   * @param graph the network in any form, whose tensors are written
   * @param info what it is
   * @param floats the element type: F32, F16 or BF16
   * @throws fastvit4j.model.UserException if the file cannot be written
   */
  public static void write(Path target, Graph graph, ModelInfo info, DType floats) {
    SafetensorsWriter.write(target, graph.tensors().values(), info.toMetadata(), floats);
  }

  /**
   * The same in the naming asked for.
   *
   * @throws UserException if the network has no names but timm's
   */
  public static void write(Path target, Graph graph, ModelInfo info, DType floats, Naming naming) {
    SequencedMap<String, Tensor> tensors = graph.tensors();
    if (naming == Naming.TIMM) {
      write(target, graph, info, floats);
      return;
    }
    if (!(info.architecture() instanceof FastViTConfig)) {
      throw new UserException(
          info.architecture().name() + " has timm's names only: leave out --naming original");
    }
    SequencedMap<String, Tensor> renamed = new LinkedHashMap<>();
    OriginalNames.fromTimm(tensors.keySet())
        .forEach((timm, original) -> renamed.put(original, tensors.get(timm).withName(original)));
    SafetensorsWriter.write(target, renamed.values(), info.toMetadata(), floats);
  }

  /** Frees the memory that the tensors lie in. */
  @Override
  public void close() {
    file.close();
  }
}
