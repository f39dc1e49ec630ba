package fastvit4j.runtime.tornado;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * Marks a result before a run, so that it shows whether the driver wrote it: TornadoVM prints a
 * call that a driver refuses, a lost device for example, and goes on as if it had done it. The mark
 * is a NaN with a payload that no arithmetic produces.
 */
final class Unwritten {
  private static final int MARK = 0x7FA55A5A;

  /** The same of float16. */
  private static final short HALF_MARK = 0x7DA5;

  private Unwritten() {}

  /** Marks the first element and the last: a copy is done as a whole or not at all. */
  static void mark(TornadoNativeArray array) {
    MemorySegment elements = array.getSegment();
    if (array instanceof HalfFloatArray) {
      elements.set(ValueLayout.JAVA_SHORT, 0, HALF_MARK);
      elements.set(ValueLayout.JAVA_SHORT, elements.byteSize() - Short.BYTES, HALF_MARK);
    } else {
      elements.set(ValueLayout.JAVA_INT, 0, MARK);
      elements.set(ValueLayout.JAVA_INT, elements.byteSize() - Integer.BYTES, MARK);
    }
  }

  /** Whether a mark is still there. */
  static boolean isMarked(TornadoNativeArray array) {
    MemorySegment elements = array.getSegment();
    if (array instanceof HalfFloatArray) {
      return elements.get(ValueLayout.JAVA_SHORT, 0) == HALF_MARK
          || elements.get(ValueLayout.JAVA_SHORT, elements.byteSize() - Short.BYTES) == HALF_MARK;
    }
    return elements.get(ValueLayout.JAVA_INT, 0) == MARK
        || elements.get(ValueLayout.JAVA_INT, elements.byteSize() - Integer.BYTES) == MARK;
  }
}
