package fastvit4j.runtime.tornado;

import fastvit4j.kernels.tornado.Depthwise;
import fastvit4j.kernels.tornado.DepthwiseRows;
import fastvit4j.kernels.tornado.DepthwiseTiles;
import fastvit4j.kernels.tornado.Packed;
import fastvit4j.model.operator.Conv2d;

/** What kernels with tiles in local memory load, each tile once, and the local memory they take. */
final class GpuCosts {
  private GpuCosts() {}

  /** A product in tiles: each loads its rows of x and its columns of the weights. */
  static Cost product(Problem problem, Cost counted, int rows, int columns, int localBytes) {
    return loading(problem, counted, loads(problem, rows, columns)).withLocal(localBytes);
  }

  /**
   * A product whose sums are cut into parts. Each part of x and the weights is loaded by as many
   * tiles as without; what is counted beside x, the weights and y are the parts, written and read.
   */
  static Cost parts(Problem problem, Cost counted, int rows, int columns, int localBytes) {
    long bytes = problem.precision().bytes();
    long once = bytes * loads(problem, problem.rows(), problem.outChannels());
    long parts = Math.max(0, counted.bytes() - once);
    return counted.withLoads(bytes * loads(problem, rows, columns) + parts).withLocal(localBytes);
  }

  /** Elements that a product in tiles of so many rows and columns loads or stores. */
  private static long loads(Problem problem, int rows, int columns) {
    long in = problem.inChannels();
    long out = problem.outChannels();
    return problem.rows() * in * Math.ceilDiv(out, columns)
        + in * out * Math.ceilDiv(problem.rows(), rows)
        + problem.rows() * out;
  }

  /** A depthwise convolution of stride 1 in tiles: each loads its halo. */
  static Cost depthwise(Problem problem, Cost counted, int window, int localBytes) {
    long tile = Depthwise.SIDE;
    long side = tile * tile;
    long halo = (tile + window - 1) * (tile + window - 1);
    long elements = problem.output().elements();
    return loading(problem, counted, elements * (halo + side) / side).withLocal(localBytes);
  }

  /** A depthwise convolution in lines of eight outputs. */
  static Cost depthwiseRows(Problem problem, Cost counted) {
    Conv2d conv = (Conv2d) problem.operator();
    int multiplier = problem.outChannels() / problem.inChannels();
    int lines = DepthwiseRows.lines(conv.kernelHeight(), conv.stride(), multiplier);
    return strided(problem, counted, lines, DepthwiseRows.OUTPUTS, DepthwiseRows.BYTES);
  }

  /** Any other depthwise convolution in tiles. */
  static Cost depthwiseTiled(Problem problem, Cost counted) {
    Conv2d conv = (Conv2d) problem.operator();
    int multiplier = problem.outChannels() / problem.inChannels();
    int tile = DepthwiseTiles.tile(conv.kernelHeight(), conv.stride(), multiplier);
    int wide = Packed.low(tile) * DepthwiseTiles.OUTPUTS;
    return strided(problem, counted, Packed.middle(tile), wide, DepthwiseTiles.BYTES);
  }

  /** Each tile, so high and wide, loads the part of x that lies under it. */
  private static Cost strided(Problem problem, Cost counted, long high, long wide, int localBytes) {
    Conv2d conv = (Conv2d) problem.operator();
    int window = conv.kernelHeight();
    int stride = conv.stride();
    int multiplier = problem.outChannels() / problem.inChannels();
    long under = ((high - 1) * stride + window) * ((wide - 1) * stride + window);
    long elements = problem.output().elements();
    long loads = elements * under / (high * wide * multiplier) + elements;
    return loading(problem, counted, loads).withLocal(localBytes);
  }

  private static Cost loading(Problem problem, Cost counted, long elements) {
    return counted.withLoads(Math.max(counted.bytes(), problem.precision().bytes() * elements));
  }
}
