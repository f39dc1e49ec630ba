package fastvit4j.benchmarks;

import ai.onnxruntime.OnnxTensor;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.tensor.Activation;
import fastvit4j.runtime.Session;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Two sessions on one workload, in turns: what else the machine does then hits both alike.
 *
 * @param workload what was computed
 * @param ours our times
 * @param peer ONNX Runtime's times
 * @param difference the largest difference between logits, relative to the largest logit
 */
record Comparison(Workload workload, Times ours, Times peer, double difference) {
  /**
   * How far two correct float32 computations of one network's logits may be apart, relative to the
   * largest: each up to four times the 6.4 · 10⁻⁷ that PyTorch's own are off float64 on the golden
   * files.
   */
  private static final double ALLOWED = 2 * 4 * 6.4e-7;

  /**
   * How to measure.
   *
   * @param rounds turns that count
   * @param warmup nanoseconds that each side runs before
   * @param turn nanoseconds of each side's turn
   * @param spinning whether ONNX Runtime's threads spin while they wait
   */
  record Plan(int rounds, long warmup, long turn, boolean spinning) {}

  /**
   * Checks that both compute the same, then measures.
   *
   * @throws IllegalStateException if they do not
   */
  static Comparison of(Workload workload, Plan plan) {
    try (Session session = workload.session();
        OnnxRuntimeSession onnxRuntime = workload.onnxRuntime(plan.spinning());
        OnnxTensor tensor = onnxRuntime.tensor(workload.input())) {
      Activation input = workload.input();
      double difference =
          requireSame(workload, session.logits(input), onnxRuntime.run(input).get(Graph.LOGITS));
      Runnable ours = () -> session.run(input);
      Runnable peer = () -> onnxRuntime.run(tensor);
      turn(ours, plan.warmup());
      turn(peer, plan.warmup());
      List<List<Long>> ourTimes = new ArrayList<>();
      List<List<Long>> peerTimes = new ArrayList<>();
      for (int round = 0; round < plan.rounds(); round++) {
        ourTimes.add(turn(ours, plan.turn()));
        peerTimes.add(turn(peer, plan.turn()));
      }
      return new Comparison(workload, new Times(ourTimes), new Times(peerTimes), difference);
    }
  }

  /**
   * How far two computations of the logits are apart, relative to the largest.
   *
   * @throws IllegalStateException if that is more than is allowed
   */
  static double requireSame(Workload workload, Activation left, Activation right) {
    double difference = difference(left, right);
    if (!(difference <= ALLOWED)) {
      throw new IllegalStateException(
          "%s: two computations' logits differ by %.2g of the largest; %.2g is allowed"
              .formatted(workload.name(), difference, ALLOWED));
    }
    return difference;
  }

  /** Our time over ONNX Runtime's: the median over the rounds. */
  double ratio() {
    List<Double> sorted = sortedRatios();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /**
   * The ratio of those times below which a tenth of all runs lies: where other programs want the
   * same cores, the runs that they disturbed least.
   */
  double undisturbedRatio() {
    return ours.quantile(Times.FAST) / peer.quantile(Times.FAST);
  }

  /** The smallest ratio of a round. */
  double lowestRatio() {
    return sortedRatios().getFirst();
  }

  /** The largest ratio of a round. */
  double highestRatio() {
    return sortedRatios().getLast();
  }

  /** What was found, for {@link Results}. */
  Map<String, Object> toRow() {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("ours", ours.toRow());
    row.put("onnx_runtime", peer.toRow());
    row.put("ratio", ratio());
    row.put("lowest_ratio", lowestRatio());
    row.put("highest_ratio", highestRatio());
    row.put("undisturbed_ratio", undisturbedRatio());
    row.put("logits_difference", difference);
    row.put("operations", 2 * workload.macs());
    row.put("gelus", workload.gelus());
    row.put("bytes", workload.bytes());
    return row;
  }

  private List<Double> sortedRatios() {
    return IntStream.range(0, ours.nanos().size())
        .mapToObj(round -> ours.median(round) / peer.median(round))
        .sorted()
        .toList();
  }

  /** Runs for a while; the first run, in which caches and threads come back, does not count. */
  static List<Long> turn(Runnable run, long nanos) {
    run.run();
    List<Long> times = new ArrayList<>();
    long begin = System.nanoTime();
    long before = begin;
    while (times.isEmpty() || before - begin < nanos) {
      run.run();
      long now = System.nanoTime();
      times.add(now - before);
      before = now;
    }
    return times;
  }

  private static double difference(Activation left, Activation right) {
    float[] a = left.toFloats();
    float[] b = right.toFloats();
    if (!left.shape().equals(right.shape())) {
      throw new IllegalStateException(left.shape() + " logits beside " + right.shape());
    }
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs(b[i]));
      difference = Math.max(difference, Math.abs(a[i] - b[i]));
    }
    return difference / largest;
  }
}
