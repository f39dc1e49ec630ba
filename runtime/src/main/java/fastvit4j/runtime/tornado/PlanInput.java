package fastvit4j.runtime.tornado;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.image.PixelBatch;
import fastvit4j.model.image.Preprocessing;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Activation;
import fastvit4j.runtime.Precision;
import fastvit4j.runtime.SessionOptions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import uk.ac.manchester.tornado.api.types.arrays.ByteArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * What a plan is given: a normalised image batch, float32, or the bytes of pictures that it
 * normalises itself.
 *
 * @param shape the batch's shape
 * @param mean of red, green and blue, to normalise with; empty if the batch is normalised
 * @param std deviation of red, green and blue; empty if the batch is normalised
 */
record PlanInput(Shape shape, List<Float> mean, List<Float> std) {
  /** The value that stands for the bytes of pictures; no node of a network has such a name. */
  static final String PIXELS = Graph.INPUT + " pixels";

  /** A normalised batch. */
  static PlanInput floats(Shape shape) {
    return new PlanInput(shape, List.of(), List.of());
  }

  /** Pictures. */
  static PlanInput pixels(Shape shape, Preprocessing preprocessing) {
    return new PlanInput(shape, preprocessing.mean(), preprocessing.std());
  }

  /** What a session is to be ready for. */
  static PlanInput of(SessionOptions options) {
    return options
        .pictures()
        .map(preprocessing -> pixels(options.input(), preprocessing))
        .orElse(floats(options.input()));
  }

  /** Whether it is pictures. */
  boolean isPixels() {
    return !mean.isEmpty();
  }

  /** The value that comes from the host. */
  String value() {
    return isPixels() ? PIXELS : Graph.INPUT;
  }

  /** Bytes that go up where numbers go up as float32. */
  long bytes() {
    return (isPixels() ? 1L : 4L) * shape.elements();
  }

  /**
   * An array for it.
   *
   * @param precision of numbers
   * @param behind elements that the array has besides
   */
  TornadoNativeArray allocate(Arena arena, Precision precision, int behind) {
    return isPixels()
        ? ByteArray.fromSegmentShallow(HostArrays.segment(arena, bytes() + behind))
        : HostArrays.zeros(arena, shape.elements() + behind, precision);
  }

  /**
   * Data as it goes up.
   *
   * @param input what it is
   * @param data its elements in order
   */
  record Data(PlanInput input, MemorySegment data) {
    static Data of(Activation activation) {
      return new Data(floats(activation.shape()), activation.data());
    }

    static Data of(PixelBatch pictures) {
      return new Data(pixels(pictures.shape(), pictures.preprocessing()), pictures.samples());
    }
  }
}
