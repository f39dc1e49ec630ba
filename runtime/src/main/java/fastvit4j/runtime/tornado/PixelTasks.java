package fastvit4j.runtime.tornado;

import fastvit4j.kernels.tornado.Elementwise;
import fastvit4j.kernels.tornado.Pooling;
import uk.ac.manchester.tornado.api.TaskGraph;

/** Tasks of pooling, normalisation and what works element by element. */
final class PixelTasks {
  private PixelTasks() {}

  static void globalAverage(TaskGraph g, String t, Arguments a) {
    g.task(
        t,
        Pooling::globalAverage,
        a.array(0),
        a.array(1),
        a.integer(2),
        a.integer(3),
        a.integer(4));
  }

  static void averagePool(TaskGraph g, String t, Arguments a) {
    g.task(
        t,
        Pooling::average,
        a.array(0),
        a.array(1),
        a.integer(2),
        a.integer(3),
        a.integer(4),
        a.integer(5),
        a.integer(6),
        a.integer(7),
        a.integer(8));
  }

  static void maxPool(TaskGraph g, String t, Arguments a) {
    g.task(
        t,
        Pooling::maximum,
        a.array(0),
        a.array(1),
        a.integer(2),
        a.integer(3),
        a.integer(4),
        a.integer(5),
        a.integer(6),
        a.integer(7),
        a.integer(8));
  }

  static void affine(TaskGraph g, String t, Arguments a) {
    g.task(
        t,
        Elementwise::affine,
        a.array(0),
        a.array(1),
        a.array(2),
        a.array(3),
        a.integer(4),
        a.integer(5));
  }

  static void normalizePixels(TaskGraph g, String t, Arguments a) {
    g.task(
        t,
        Elementwise::normalizePixels,
        a.bytes(0),
        a.array(1),
        a.array(2),
        a.array(3),
        a.integer(4));
  }

  static void layerNorm(TaskGraph g, String t, Arguments a) {
    g.task(
        t,
        Elementwise::layerNorm,
        a.array(0),
        a.array(1),
        a.array(2),
        a.array(3),
        a.integer(4),
        a.integer(5),
        a.real(6));
  }

  static void sum(TaskGraph g, String t, Arguments a) {
    g.task(t, Elementwise::add, a.array(0), a.array(1), a.array(2), a.integer(3), a.real(4));
  }

  static void activation(TaskGraph g, String t, Arguments a) {
    g.task(t, Elementwise::activation, a.array(0), a.array(1), a.integer(2), a.integer(3));
  }
}
