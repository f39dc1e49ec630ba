package fastvit4j.benchmarks;

import fastvit4j.kernels.cpu.CpuKernelsProvider;
import fastvit4j.model.fastvit.Variant;
import fastvit4j.model.graph.Graph;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Fills tables of results, row by row; a row that is there is not measured again, and none is begun
 * after the deadline.
 */
final class Measurement {
  /** The limit of computing, as it is named in the results. */
  static final String OPERATIONS =
      "multiply-adds, "
          + CpuKernelsProvider.widths().stream().max(Integer::compare).orElse(32)
          + "-bit vectors";

  /** The limit of moving data, as it is named in the results. */
  static final String READS = "reads of " + Roofline.label(Roofline.Level.L3);

  /** The limit of GELU, as it is named in the results. */
  static final String GELU = "GELU from L1 to L1, our kernel";

  private static final List<Integer> SCALING_BATCHES = List.of(1, 2, 4, 8, 16, 32, 64);
  private static final List<Integer> SCALING_SIZES = List.of(192, 256, 384, 512, 768, 1024);

  private final Results results;
  private final Comparison.Plan plan;
  private final long deadline;
  private boolean complete = true;

  /** Measures into some results, until {@link System#nanoTime()} is past the deadline. */
  Measurement(Results results, Comparison.Plan plan, long deadline) {
    this.results = results;
    this.plan = plan;
    this.deadline = deadline;
  }

  /** Whether every row that was asked for is there. */
  boolean complete() {
    return complete;
  }

  /** The machine's limits. */
  void roofline(List<Integer> threads) {
    List<Integer> widths = CpuKernelsProvider.widths();
    for (int count : threads) {
      for (int bits : widths) {
        limit(
            "multiply-adds, " + bits + "-bit vectors",
            count,
            "GFLOP/s",
            () -> Roofline.operations(bits, count));
      }
      if (!widths.isEmpty()) {
        int widest = widths.getLast();
        limit(GELU, count, "G/s", () -> Roofline.gelus(widest, count));
        for (Roofline.Level level : Roofline.Level.values()) {
          limit(
              "reads of " + Roofline.label(level),
              count,
              "GB/s",
              () -> Roofline.reads(level, widest, count));
        }
      }
    }
  }

  /** Whole networks. */
  void models(List<Variant> variants, List<Integer> batches, int size, List<Integer> threads) {
    for (Variant variant : variants) {
      Supplier<Graph> graph = once(variant);
      for (int batch : batches) {
        for (int count : threads) {
          model("models", variant, graph, batch, size, count);
        }
      }
    }
  }

  /** One network on growing batches, and on growing pictures. */
  void scaling(Variant variant, List<Integer> threads) {
    Supplier<Graph> graph = once(variant);
    for (int count : threads) {
      SCALING_BATCHES.forEach(n -> model("scaling", variant, graph, n, 256, count));
      SCALING_SIZES.forEach(size -> model("scaling", variant, graph, 1, size, count));
    }
  }

  /** The operators of some networks, each shape once. */
  void operators(List<Variant> variants, int size, List<Integer> threads) {
    for (Variant variant : variants) {
      for (int count : threads) {
        for (Operators.Occurring operator : Operators.of(variant, size, count)) {
          Workload alone = operator.workload();
          compare(
              key("operators", alone.name(), alone.input().shape().toString(), count),
              () -> alone,
              Map.of("count", operator.count()));
        }
      }
    }
  }

  /** Whole processes, from the start to the answer, with folded weights and with others. */
  void cold(List<Variant> variants, Path launcher, int runs) {
    try (ColdStart cold = new ColdStart(launcher, runs)) {
      for (Variant variant : variants) {
        for (boolean folded : List.of(true, false)) {
          Map<String, Object> key = new LinkedHashMap<>();
          key.put("table", "cold");
          key.put("variant", variant.name().toLowerCase(Locale.ROOT));
          key.put("weights", folded ? "folded" : "of training");
          if (isNext(key)) {
            results.add(key, cold.measure(variant, folded));
          }
        }
      }
    }
  }

  private static Supplier<Graph> once(Variant variant) {
    Graph[] graph = new Graph[1];
    return () -> {
      if (graph[0] == null) {
        graph[0] = Workload.graph(variant);
      }
      return graph[0];
    };
  }

  private void model(
      String table, Variant variant, Supplier<Graph> graph, int batch, int size, int threads) {
    String name = variant.name().toLowerCase(Locale.ROOT);
    String input = batch + "x" + size + "x" + size + "x3";
    compare(
        key(table, name, input, threads),
        () -> Workload.of(variant, graph.get(), batch, size, threads),
        Map.of());
  }

  private static Map<String, Object> key(String table, String name, String input, int threads) {
    Map<String, Object> key = new LinkedHashMap<>();
    key.put("table", table);
    key.put("variant", name);
    key.put("input", input);
    key.put("threads", threads);
    return key;
  }

  private void compare(
      Map<String, Object> key, Supplier<Workload> workload, Map<String, Object> known) {
    if (isNext(key)) {
      Map<String, Object> row = Comparison.of(workload.get(), plan).toRow();
      row.putAll(known);
      results.add(key, row);
    }
  }

  private void limit(String limit, int threads, String unit, Supplier<Double> rate) {
    Map<String, Object> key = new LinkedHashMap<>();
    key.put("table", "roofline");
    key.put("limit", limit);
    key.put("threads", threads);
    if (isNext(key)) {
      results.add(key, Map.of("rate", rate.get(), "unit", unit));
    }
  }

  private boolean isNext(Map<String, Object> key) {
    if (results.has(key)) {
      return false;
    }
    if (System.nanoTime() - deadline > 0) {
      complete = false;
      return false;
    }
    System.err.println(String.join(", ", key.values().stream().map(Object::toString).toList()));
    return true;
  }
}
