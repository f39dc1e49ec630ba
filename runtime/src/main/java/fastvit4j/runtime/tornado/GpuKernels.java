package fastvit4j.runtime.tornado;

import fastvit4j.kernels.tornado.AttentionHead;
import fastvit4j.kernels.tornado.Depthwise;
import fastvit4j.kernels.tornado.DepthwisePair;
import fastvit4j.kernels.tornado.DepthwisePointwise;
import fastvit4j.kernels.tornado.DepthwiseRows;
import fastvit4j.kernels.tornado.DepthwiseTiles;
import fastvit4j.kernels.tornado.PixelStem;
import fastvit4j.kernels.tornado.PointwiseMma;
import fastvit4j.kernels.tornado.PointwiseMmaParts;
import fastvit4j.kernels.tornado.PointwisePair;
import fastvit4j.kernels.tornado.PointwiseParts;
import fastvit4j.kernels.tornado.PointwiseTiles;
import fastvit4j.kernels.tornado.SqueezeExciteImage;
import uk.ac.manchester.tornado.api.TaskGraph;

/**
 * The kernels that share tiles in local memory, for GPUs, and those that fuse operators with them.
 */
final class GpuKernels {
  static final Kernel POINTWISE_WIDE =
      new Kernel(
          "pointwiseWide",
          PointwiseTiles.class,
          "wide",
          "crrrrwnnn##",
          (g, t, a) -> a.add(g, t, PointwiseTiles::wide));
  static final Kernel POINTWISE_MMA =
      new Kernel(
          "pointwiseMma",
          PointwiseMma.class,
          "product",
          "crrrrwwnnn##",
          (g, t, a) -> a.add(g, t, PointwiseMma::product));
  static final Kernel POINTWISE_SPLIT =
      new Kernel(
          "pointwiseSplit", PointwiseParts.class, "split", "crrw####", GpuKernels::pointwiseSplit);
  static final Kernel POINTWISE_MERGE =
      new Kernel(
          "pointwiseMerge",
          PointwiseParts.class,
          "merge",
          "crrrw######",
          (g, t, a) -> a.add(g, t, PointwiseParts::merge));
  static final Kernel POINTWISE_MMA_SPLIT =
      new Kernel(
          "pointwiseMmaSplit",
          PointwiseMmaParts.class,
          "split",
          "crrw####",
          GpuKernels::pointwiseMmaSplit);
  static final Kernel DEPTHWISE_THREE =
      new Kernel(
          "depthwiseThree",
          Depthwise.class,
          "three",
          "crrrrwnnn##",
          (g, t, a) -> a.add(g, t, Depthwise::three));
  static final Kernel DEPTHWISE_SEVEN =
      new Kernel(
          "depthwiseSeven",
          Depthwise.class,
          "seven",
          "crrrrwnnn##",
          (g, t, a) -> a.add(g, t, Depthwise::seven));
  static final Kernel DEPTHWISE_ROWS =
      new Kernel(
          "depthwiseRows",
          DepthwiseRows.class,
          "everyPixel",
          "crrrrwnnnn####",
          (g, t, a) -> a.add(g, t, DepthwiseRows::everyPixel));
  static final Kernel DEPTHWISE_HALVING =
      new Kernel(
          "depthwiseHalving",
          DepthwiseRows.class,
          "everySecond",
          "crrrrwnnnn####",
          (g, t, a) -> a.add(g, t, DepthwiseRows::everySecond));
  static final Kernel DEPTHWISE_TILED =
      new Kernel(
          "depthwiseTiled",
          DepthwiseTiles.class,
          "tiled",
          "crrrrwnnnn#####",
          (g, t, a) -> a.add(g, t, DepthwiseTiles::tiled));
  static final Kernel ATTENTION_HEAD =
      new Kernel(
          "attentionHead", AttentionHead.class, "online", "crw####", GpuKernels::attentionHead);
  static final Kernel SQUEEZE_EXCITE_IMAGE =
      new Kernel(
          "squeezeExciteImage",
          SqueezeExciteImage.class,
          "image",
          "crrrrrw####",
          (g, t, a) -> a.add(g, t, SqueezeExciteImage::image));
  static final Kernel POINTWISE_PAIR =
      new Kernel(
          "pointwisePair",
          PointwisePair.class,
          "pair",
          "crrrrrrwnnnn##",
          (g, t, a) -> a.add(g, t, PointwisePair::pair));
  static final Kernel DEPTHWISE_PAIR =
      new Kernel(
          "depthwisePair",
          DepthwisePair.class,
          "threeSeven",
          "crrrrrwwnnn",
          (g, t, a) -> a.add(g, t, DepthwisePair::threeSeven));
  static final Kernel DEPTHWISE_POINTWISE =
      new Kernel(
          "depthwisePointwise",
          DepthwisePointwise.class,
          "sevenPointwise",
          "crrrrrwnnnn#",
          (g, t, a) -> a.add(g, t, DepthwisePointwise::sevenPointwise));
  static final Kernel PIXEL_STEM =
      new Kernel(
          "pixelStem",
          PixelStem.class,
          "stem",
          "crrrrrrrrw####",
          (g, t, a) -> a.add(g, t, PixelStem::stem));

  private GpuKernels() {}

  private static void pointwiseSplit(TaskGraph g, String t, Arguments a) {
    g.task(
        t,
        PointwiseParts::split,
        a.context(0),
        a.array(1),
        a.array(2),
        a.array(3),
        a.integer(4),
        a.integer(5),
        a.integer(6),
        a.integer(7));
  }

  private static void pointwiseMmaSplit(TaskGraph g, String t, Arguments a) {
    g.task(
        t,
        PointwiseMmaParts::split,
        a.context(0),
        a.array(1),
        a.array(2),
        a.array(3),
        a.integer(4),
        a.integer(5),
        a.integer(6),
        a.integer(7));
  }

  private static void attentionHead(TaskGraph g, String t, Arguments a) {
    g.task(
        t,
        AttentionHead::online,
        a.context(0),
        a.array(1),
        a.array(2),
        a.integer(3),
        a.integer(4),
        a.integer(5),
        a.real(6));
  }
}
