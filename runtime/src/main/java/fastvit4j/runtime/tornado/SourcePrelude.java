package fastvit4j.runtime.tornado;

import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;

/**
 * What stands before the OpenCL C that TornadoVM generates for a processor. Drivers for processors
 * compile with Clang, which joins a product and a sum of two statements only if told so, and PoCL's
 * {@code vload16} is sixteen loads, which its compiler does not always find to be one.
 */
final class SourcePrelude {
  private static final String PROCESSOR =
      """
      #ifdef __clang__
      #pragma clang fp contract(fast)
      typedef float16 __attribute__((aligned(4))) fastvit4j_float16;
      #define vload16(offset, p) (*(const __global fastvit4j_float16 *) ((p) + 16 * (offset)))
      #define vstore16(v, offset, p) \\
        (*(__global fastvit4j_float16 *) ((p) + 16 * (offset)) = (v))
      #endif
      """;

  private SourcePrelude() {}

  /** The lines before a device's code; none for a GPU. */
  static String of(TornadoDevice device) {
    return device.getDeviceType() == TornadoDeviceType.CPU ? PROCESSOR : "";
  }
}
