package fastvit4j.runtime.tornado;

import fastvit4j.kernels.tornado.Depthwise;
import fastvit4j.kernels.tornado.DepthwiseTiles;
import fastvit4j.kernels.tornado.Packed;
import fastvit4j.model.operator.Conv2d;

/** What kernels with tiles in local memory load, each tile once, and the local memory they take. */
final class GpuCosts {
  private GpuCosts() {}

  /** A product in tiles: each loads its rows of x and its columns of the weights. */
  static Cost product(Problem problem, Cost counted, int rows, int columns, int localBytes) {
    long in = problem.inChannels();
    long out = problem.outChannels();
    long loads =
        problem.rows() * in * Math.ceilDiv(out, columns)
            + in * out * Math.ceilDiv(problem.rows(), rows)
            + problem.rows() * out;
    return loading(problem, counted, loads).withLocal(localBytes);
  }

  /** A depthwise convolution of stride 1 in tiles: each loads its halo. */
  static Cost depthwise(Problem problem, Cost counted, int window, int localBytes) {
    long tile = Depthwise.SIDE;
    long side = tile * tile;
    long halo = (tile + window - 1) * (tile + window - 1);
    long elements = problem.output().elements();
    return loading(problem, counted, elements * (halo + side) / side).withLocal(localBytes);
  }

  /** Any other depthwise convolution in tiles. */
  static Cost depthwiseTiled(Problem problem, Cost counted) {
    Conv2d conv = (Conv2d) problem.operator();
    int window = conv.kernelHeight();
    int stride = conv.stride();
    int multiplier = problem.outChannels() / problem.inChannels();
    int tile = DepthwiseTiles.tile(window, stride, multiplier);
    long high = Packed.middle(tile);
    long wide = (long) Packed.low(tile) * DepthwiseTiles.OUTPUTS;
    long under = ((high - 1) * stride + window) * ((wide - 1) * stride + window);
    long elements = problem.output().elements();
    long loads = elements * under / (high * wide * multiplier) + elements;
    return loading(problem, counted, loads).withLocal(DepthwiseTiles.BYTES);
  }

  private static Cost loading(Problem problem, Cost counted, long elements) {
    return counted.withLoads(Math.max(counted.bytes(), problem.precision().bytes() * elements));
  }
}
