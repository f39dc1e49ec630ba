package fastvit4j.emulator;

import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** What a work-item does as one of the 32 of a warp, all of which do it. */
sealed interface WarpStep {
  /** The call's place in the source, by number. */
  int site();

  /** For messages: {@code loads a fragment} or so. */
  String verb();

  /** A fragment is read from local memory. */
  record Load(int site, int byteOffset) implements WarpStep {
    @Override
    public String verb() {
      return "loads a fragment";
    }
  }

  /** {@code d = a · b + c}; d is computed when all of the warp have got here. */
  @SuppressWarnings("ArrayRecordComponent") // fragments, which are told apart by their identity
  record Multiply(int site, HalfFloat[] a, HalfFloat[] b, float[] c, float[] d)
      implements WarpStep {
    @Override
    public String verb() {
      return "multiplies fragments";
    }
  }

  /** A fragment is written to some elements of a buffer. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Store(int site, float[] d, FloatArray target, int[] elements) implements WarpStep {
    @Override
    public String verb() {
      return "stores a fragment";
    }
  }
}
