package fastvit4j.model.checkpoint;

import fastvit4j.model.tensor.DType;
import java.util.ArrayList;
import java.util.List;

/**
 * A Python object as a pickle describes it. None of them is ever more than data: there is nothing
 * here that could be called. Containers may contain one another in circles, and a small pickle can
 * describe a tree of any size by sharing its parts: nothing may walk through them, compare them or
 * print them.
 */
sealed interface PickleValue {
  /** A value without parts or state. */
  enum Constant implements PickleValue {
    NONE,
    TRUE,
    FALSE
  }

  /** A {@code str}. */
  record Str(String text) implements PickleValue {}

  /** An {@code int} of 64 bits. */
  record Whole(long value) implements PickleValue {}

  /** A {@code float}. */
  record Real(double value) implements PickleValue {}

  /** A {@code tuple} or {@code torch.Size}. */
  record Tuple(List<PickleValue> items) implements PickleValue {}

  /** A {@code list}. */
  record Sequence(List<PickleValue> items) implements PickleValue {
    Sequence() {
      this(new ArrayList<>());
    }
  }

  /** A {@code dict} or {@code OrderedDict}: keys and values in the order they were set. */
  record Dict(List<PickleValue> keys, List<PickleValue> values) implements PickleValue {
    Dict() {
      this(new ArrayList<>(), new ArrayList<>());
    }

    void set(PickleValue key, PickleValue value) {
      keys.add(key);
      values.add(value);
    }

    /** What was last set under a text, or null. */
    PickleValue get(String key) {
      for (int i = keys.size() - 1; i >= 0; i--) {
        if (keys.get(i) instanceof Str(String text) && text.equals(key)) {
          return values.get(i);
        }
      }
      return null;
    }
  }

  /** One of the names in {@link PickleNames}. */
  record Name(String name) implements PickleValue {}

  /** An object that was not built, because nothing needs it. */
  record Opaque(String type) implements PickleValue {}

  /**
   * A storage, which is an entry of the archive.
   *
   * @param type the name of its type
   * @param dtype its elements, or null if this library has no such type
   * @param key which entry
   * @param elements how many
   */
  record Storage(String type, DType dtype, String key, long elements) implements PickleValue {}

  /**
   * A tensor, a view of a storage, within which it lies.
   *
   * @param offset of the first element, in elements
   * @param strides in elements
   */
  record View(Storage storage, long offset, List<Integer> shape, List<Long> strides)
      implements PickleValue {}
}
