package fastvit4j.model.checkpoint;

import fastvit4j.model.io.Text;
import fastvit4j.model.tensor.DType;
import fastvit4j.model.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * A file of named tensors, whatever they mean: a checkpoint, or a network's input or output. It is
 * a safetensors file, or a zip archive as {@code torch.save} writes it. The tensors are slices of
 * the mapped file: closing it ends their life, and reading one afterwards is an {@link
 * IllegalStateException}. Damage to the elements in a PyTorch file shows when they are first read,
 * as a {@link CheckpointException}.
 */
public final class TensorFile implements AutoCloseable {
  private final String name;
  private final String format;
  private final SequencedMap<String, Tensor> tensors;
  private final SequencedMap<String, String> metadata;
  private final Runnable closer;

  /**
   * What a reader has found.
   *
   * @param name the file's name for messages
   * @param format the format's name, {@code safetensors} or {@code PyTorch}
   * @param tensors the tensors by the names in the file, in the file's order
   * @param metadata the file's own notes
   * @param closer frees the memory that the tensors lie in
   */
  TensorFile(
      String name,
      String format,
      SequencedMap<String, Tensor> tensors,
      SequencedMap<String, String> metadata,
      Runnable closer) {
    this.name = name;
    this.format = format;
    this.tensors = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(tensors));
    this.metadata = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(metadata));
    this.closer = closer;
  }

  /**
   * Maps a file into memory.
   *
   * @throws CheckpointException if it cannot be read or is damaged
   */
  public static TensorFile open(Path file) {
    Arena arena = Arena.ofShared();
    try {
      MemorySegment bytes = FileMapping.map(file, arena);
      return read(file.toString(), bytes, () -> close(arena));
    } catch (Throwable e) {
      arena.close();
      throw e;
    }
  }

  /**
   * Reads what lies in memory already, for example a resource.
   *
   * @param name what to call it in messages
   * @throws CheckpointException if it is damaged
   */
  public static TensorFile of(String name, MemorySegment bytes) {
    return read(name, bytes, () -> {});
  }

  private static TensorFile read(String name, MemorySegment bytes, Runnable closer) {
    return FileMapping.reading(name, () -> ZipArchive.isZip(bytes))
        ? PyTorchReader.read(name, bytes, closer)
        : SafetensorsReader.read(name, bytes, closer);
  }

  /** The file's name for messages. */
  public String name() {
    return name;
  }

  /** The name of the file's format. */
  public String format() {
    return format;
  }

  /** The tensors by their names in the file, in the file's order. */
  public SequencedMap<String, Tensor> tensors() {
    return tensors;
  }

  /** The file's own notes. */
  public SequencedMap<String, String> metadata() {
    return metadata;
  }

  /**
   * The tensor of that name, which must have that type and number of dimensions.
   *
   * @throws CheckpointException if it is missing or another; the message says what there is
   */
  public Tensor require(String tensor, DType dtype, int rank) {
    Tensor found = tensors.get(tensor);
    if (found == null) {
      String others =
          tensors.isEmpty() ? "it has no tensors" : "it has " + Listing.first(tensors.keySet());
      throw new CheckpointException(name, "there is no tensor '" + tensor + "'; " + others);
    }
    if (found.dtype() != dtype || found.rank() != rank) {
      throw new CheckpointException(
          name,
          "the tensor %s must be %s with %d dimensions; store it so"
              .formatted(Text.quote(found.toString()), dtype, rank));
    }
    return found;
  }

  /** Frees the memory; again, does nothing. */
  @Override
  public void close() {
    closer.run();
  }

  private static void close(Arena arena) {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
