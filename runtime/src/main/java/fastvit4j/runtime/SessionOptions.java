package fastvit4j.runtime;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.image.PixelBatch;
import fastvit4j.model.image.Preprocessing;
import fastvit4j.model.operator.Shape;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;

/**
 * What a session must be able to do.
 *
 * @param input the shape to be ready for: batch, height, width, 3
 * @param pictures if there, to be ready for pictures of that shape, which are normalised so; a run
 *     of another kind of input compiles the network once more on devices where that matters
 * @param outputs names of the graph's outputs that a run returns
 * @param threads cores to use at most, 0 for all
 * @param memoryLimit device memory to take at most in bytes, 0 for all there is; a session that
 *     needs more is not compiled. The processor, which has no memory of its own, pays no heed to it
 * @param cudaGraphs whether runs may be captured as CUDA graphs and replayed, on devices that can
 * @param progress is told how far the compilation is
 */
public record SessionOptions(
    Shape input,
    Optional<Preprocessing> pictures,
    SequencedSet<String> outputs,
    int threads,
    long memoryLimit,
    boolean cudaGraphs,
    CompileListener progress) {
  /** Copies the outputs. */
  public SessionOptions {
    outputs = Collections.unmodifiableSequencedSet(new LinkedHashSet<>(outputs));
    if (outputs.isEmpty()) {
      throw new IllegalArgumentException("a session must have an output");
    }
    if (pictures.isPresent() && input.c() != 3) {
      throw new IllegalArgumentException("pictures have 3 channels, not those of " + input);
    }
    if (threads < 0) {
      throw new IllegalArgumentException("threads must be 0 (all) or more, not " + threads);
    }
    if (memoryLimit < 0) {
      throw new IllegalArgumentException(
          "the memory limit must be 0 (none) or more bytes, not " + memoryLimit);
    }
  }

  /** Logits alone, all cores, all memory, CUDA graphs where there are any. */
  public static SessionOptions of(Shape input) {
    return new SessionOptions(
        input,
        Optional.empty(),
        new LinkedHashSet<>(List.of(Graph.LOGITS)),
        0,
        0,
        true,
        CompileListener.NONE);
  }

  /** The same, ready for {@link Session#run(PixelBatch)}. */
  public SessionOptions forPictures(Preprocessing preprocessing) {
    return new SessionOptions(
        input, Optional.of(preprocessing), outputs, threads, memoryLimit, cudaGraphs, progress);
  }

  /** The same with other outputs. */
  public SessionOptions withOutputs(SequencedSet<String> names) {
    return new SessionOptions(input, pictures, names, threads, memoryLimit, cudaGraphs, progress);
  }

  /** The same with other outputs, for example {@code stages.0} to {@code stages.3}. */
  public SessionOptions withOutputs(String... names) {
    return withOutputs(new LinkedHashSet<>(List.of(names)));
  }

  /** The same with at most {@code count} threads, 0 for all cores. */
  public SessionOptions withThreads(int count) {
    return new SessionOptions(input, pictures, outputs, count, memoryLimit, cudaGraphs, progress);
  }

  /** The same with at most {@code bytes} of device memory, 0 for all there is. */
  public SessionOptions withMemoryLimit(long bytes) {
    return new SessionOptions(input, pictures, outputs, threads, bytes, cudaGraphs, progress);
  }

  /**
   * The same with or without CUDA graphs. With them, a session on a device that has any compiles
   * its kernels once more at a later run, and holds what it needs on the device twice from then on.
   */
  public SessionOptions withCudaGraphs(boolean wanted) {
    return new SessionOptions(input, pictures, outputs, threads, memoryLimit, wanted, progress);
  }

  /** The same with a listener to the compilation's progress. */
  public SessionOptions withProgress(CompileListener listener) {
    return new SessionOptions(input, pictures, outputs, threads, memoryLimit, cudaGraphs, listener);
  }
}
