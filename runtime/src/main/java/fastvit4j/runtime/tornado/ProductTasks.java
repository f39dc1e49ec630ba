package fastvit4j.runtime.tornado;

import fastvit4j.kernels.tornado.Convolution;
import fastvit4j.kernels.tornado.ConvolutionVectors;
import fastvit4j.kernels.tornado.Pointwise;
import fastvit4j.kernels.tornado.PointwiseVectors;
import uk.ac.manchester.tornado.api.TaskGraph;

/** Tasks of convolutions and matrix products. */
final class ProductTasks {
  private ProductTasks() {}

  static void convolutionColumns(TaskGraph g, String t, Arguments a) {
    a.add(g, t, Convolution::columns);
  }

  static void pointwise(TaskGraph g, String t, Arguments a) {
    g.task(
        t,
        Pointwise::parallel,
        a.array(0),
        a.array(1),
        a.array(2),
        a.array(3),
        a.array(4),
        a.integer(5),
        a.integer(6),
        a.integer(7),
        a.integer(8),
        a.integer(9));
  }

  static void pointwiseColumns(TaskGraph g, String t, Arguments a) {
    a.add(g, t, Pointwise::columns);
  }

  static void pointwiseTiled(TaskGraph g, String t, Arguments a) {
    a.add(g, t, Pointwise::tiled);
  }

  static void convolutionVectors(TaskGraph g, String t, Arguments a) {
    a.add(g, t, ConvolutionVectors::dense);
  }

  static void pointwiseRows(TaskGraph g, String t, Arguments a) {
    a.add(g, t, PointwiseVectors::rows6);
  }

  static void pointwiseRow(TaskGraph g, String t, Arguments a) {
    a.add(g, t, PointwiseVectors::row);
  }
}
