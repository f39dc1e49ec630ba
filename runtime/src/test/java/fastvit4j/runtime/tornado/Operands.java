package fastvit4j.runtime.tornado;

import fastvit4j.runtime.Precision;
import java.util.Random;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * What a matrix product is made of: small whole numbers, whose sums are exact in either precision,
 * and a result full of NaN.
 */
record Operands(
    int rows,
    int in,
    int out,
    TornadoNativeArray x,
    TornadoNativeArray w,
    TornadoNativeArray bias,
    TornadoNativeArray y) {
  static Operands random(LibraryCall call, int rows, int in, int out, long seed) {
    Random random = new Random(seed);
    Precision precision = call.precision();
    Operands operands =
        new Operands(
            rows,
            in,
            out,
            array(precision, rows * in),
            array(precision, in * out),
            array(precision, out),
            array(precision, rows * out));
    for (TornadoNativeArray array :
        new TornadoNativeArray[] {operands.x, operands.w, operands.bias}) {
      for (int i = 0; i < array.getSize(); i++) {
        set(array, i, random.nextInt(-9, 10));
      }
    }
    for (int i = 0; i < operands.y.getSize(); i++) {
      set(operands.y, i, Float.NaN);
    }
    return operands;
  }

  private static TornadoNativeArray array(Precision precision, int elements) {
    return precision == Precision.FLOAT32 ? new FloatArray(elements) : new HalfFloatArray(elements);
  }

  Object[] arguments(LibraryCall call) {
    return call.arguments(rows, in, out, x, w, bias, y);
  }

  static float get(Object array, int index) {
    return array instanceof HalfFloatArray halves
        ? halves.get(index).getFloat32()
        : ((FloatArray) array).get(index);
  }

  static void set(Object array, int index, float value) {
    if (array instanceof HalfFloatArray halves) {
      halves.set(index, new HalfFloat(value));
    } else {
      ((FloatArray) array).set(index, value);
    }
  }

  /** x · w, with the bias if the call adds one, in rows. */
  float[] product(boolean withBias) {
    float[] product = new float[rows * out];
    for (int r = 0; r < rows; r++) {
      for (int o = 0; o < out; o++) {
        float sum = withBias ? get(bias, o) : 0;
        for (int i = 0; i < in; i++) {
          sum += get(x, r * in + i) * get(w, i * out + o);
        }
        product[r * out + o] = sum;
      }
    }
    return product;
  }

  float[] result() {
    float[] result = new float[rows * out];
    for (int i = 0; i < result.length; i++) {
      result[i] = get(y, i);
    }
    return result;
  }
}
