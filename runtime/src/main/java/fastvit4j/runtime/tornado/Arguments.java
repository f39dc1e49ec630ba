package fastvit4j.runtime.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.ByteArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** The arguments of one task by place and type. */
final class Arguments {
  private final Object[] values;

  Arguments(Object[] values) {
    this.values = values;
  }

  KernelContext context(int at) {
    return (KernelContext) values[at];
  }

  FloatArray array(int at) {
    return (FloatArray) values[at];
  }

  ByteArray bytes(int at) {
    return (ByteArray) values[at];
  }

  Integer integer(int at) {
    return (Integer) values[at];
  }

  Float real(int at) {
    return (Float) values[at];
  }
}
