package fastvit4j.kernels.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** The first work-item's part, which is what a kernel does outside a device. */
class RooflineTest {
  @Test
  void multiplyAddsAreAllDone() {
    float m = 0.75f;
    float a = 0.5f;
    int rounds = 5;
    FloatArray y = new FloatArray(Lanes.COUNT);
    y.init(Float.NaN);
    Roofline.multiplyAdds(new KernelContext(), FloatArray.fromElements(m, a), y, rounds);
    double expected = 0;
    for (int r = 1; r <= 8; r++) {
      double v = r / 10.0;
      for (int i = 0; i < rounds; i++) {
        v = v * m + a;
      }
      expected += v;
    }
    for (int i = 0; i < Lanes.COUNT; i++) {
      // Eight values below 2, each with two roundings a round, and their sum: 16 · 12 · 2⁻²⁴.
      assertEquals(expected, y.get(i), 16 * 12 * 0x1p-24);
    }
  }

  @Test
  void copiesCopy() {
    int vectors = 3;
    FloatArray x = new FloatArray(vectors * Lanes.COUNT);
    for (int i = 0; i < x.getSize(); i++) {
      x.set(i, i + 1);
    }
    FloatArray y = new FloatArray(x.getSize());
    y.init(Float.NaN);
    Roofline.copyVectors(new KernelContext(), x, y, vectors);
    for (int i = 0; i < x.getSize(); i++) {
      assertEquals(i + 1, y.get(i));
    }
    FloatArray one = new FloatArray(1);
    Roofline.copy(new KernelContext(), x, one);
    assertEquals(1, one.get(0));
  }
}
