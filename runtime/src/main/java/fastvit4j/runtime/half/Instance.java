package fastvit4j.runtime.half;

import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.BitSet;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;

/**
 * A method that is to be there with some of its parameters float16: an overload of the original.
 *
 * @param owner internal name of the class
 * @param name the method's name
 * @param type the original's parameters and result
 * @param half which parameters, all of them {@link FloatArray}s, become {@link HalfFloatArray}s
 */
record Instance(String owner, String name, MethodTypeDesc type, BitSet half) {
  static final ClassDesc FLOATS = FloatArray.class.describeConstable().orElseThrow();
  static final ClassDesc HALVES = HalfFloatArray.class.describeConstable().orElseThrow();

  /** The overload's parameters and result. */
  MethodTypeDesc halfType() {
    MethodTypeDesc changed = type;
    for (int i = half.nextSetBit(0); i >= 0; i = half.nextSetBit(i + 1)) {
      if (!type.parameterType(i).equals(FLOATS)) {
        throw new UnsupportedOperationException(
            "parameter " + i + " of " + owner + "." + name + " is no array of floats");
      }
      changed = changed.changeParameterType(i, HALVES);
    }
    return changed;
  }
}
