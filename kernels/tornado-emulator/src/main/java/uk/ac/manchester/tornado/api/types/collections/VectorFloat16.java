package uk.ac.manchester.tornado.api.types.collections;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/** An array of float32 numbers, seen as vectors of sixteen. */
public final class VectorFloat16 {
  private static final int LANES = 16;

  private final FloatArray storage;

  /** The vectors of an array. */
  public VectorFloat16(FloatArray array) {
    this.storage = array;
  }

  /** The vector of elements {@code 16 · index} to {@code 16 · index + 15}. */
  public Float16 get(int index) {
    int at = LANES * index;
    return new Float16(
        storage.get(at),
        storage.get(at + 1),
        storage.get(at + 2),
        storage.get(at + 3),
        storage.get(at + 4),
        storage.get(at + 5),
        storage.get(at + 6),
        storage.get(at + 7),
        storage.get(at + 8),
        storage.get(at + 9),
        storage.get(at + 10),
        storage.get(at + 11),
        storage.get(at + 12),
        storage.get(at + 13),
        storage.get(at + 14),
        storage.get(at + 15));
  }

  /** Replaces the vector of elements {@code 16 · index} to {@code 16 · index + 15}. */
  public void set(int index, Float16 value) {
    for (int i = 0; i < LANES; i++) {
      storage.set(LANES * index + i, value.get(i));
    }
  }
}
