package fastvit4j.tools.pipeline;

import fastvit4j.model.image.Picture;
import fastvit4j.model.operator.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A batch that is being put together or computed: pictures, and between them failures. */
final class Filling {
  private final MemorySegment samples;
  private final long bytes;

  /** Why each picture could not be read, null for those that could. */
  private final List<String> failures = new ArrayList<>();

  private int first;
  private int ready;

  /** Room for a batch. */
  Filling(Shape shape) {
    samples = Arena.ofAuto().allocate(shape.elements());
    bytes = samples.byteSize() / shape.n();
  }

  /** Empties it, for pictures from this index on. */
  Filling begin(int index) {
    first = index;
    ready = 0;
    failures.clear();
    return this;
  }

  /** Adds a picture that was cropped. */
  void add(Picture crop) {
    MemorySegment.copy(MemorySegment.ofArray(crop.toBytes()), 0, samples, bytes * ready, bytes);
    ready++;
    failures.add(null);
  }

  /** Adds a picture that could not be read. */
  void addUnreadable(String reason) {
    failures.add(reason);
  }

  /** How many pictures there are to be computed. */
  int ready() {
    return ready;
  }

  /** All of its memory, the whole batch. */
  MemorySegment samples() {
    return samples;
  }

  /** Tells what came of each picture, in their order. */
  void deliver(float[] logits, int classes, Pipeline.Sink sink) {
    int place = 0;
    for (int i = 0; i < failures.size(); i++) {
      if (failures.get(i) == null) {
        sink.logits(first + i, Arrays.copyOfRange(logits, place, place + classes));
        place += classes;
      } else {
        sink.unreadable(first + i, failures.get(i));
      }
    }
    sink.done(first + failures.size());
  }
}
