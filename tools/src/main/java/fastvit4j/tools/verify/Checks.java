package fastvit4j.tools.verify;

import fastvit4j.model.KnownModel;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.tensor.Activation;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.SessionOptions;
import fastvit4j.runtime.tornado.KernelTable;
import fastvit4j.runtime.tornado.Workbench;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/** What a device is verified with: every operator at the shapes of the sweep, and models. */
public final class Checks {
  private final Map<String, List<Case>> operators = new LinkedHashMap<>();

  /** All checks. */
  public Checks() {
    for (Case c : Sweep.cases()) {
      operators.computeIfAbsent(c.group(), _ -> new ArrayList<>()).add(c);
    }
  }

  /**
   * What became of the checks of one kind.
   *
   * @param name an operator or a model
   * @param shapes inputs that were tried
   * @param fraction the largest error as a fraction of its bound
   * @param failures one line for each input that failed
   */
  public record Result(String name, int shapes, double fraction, List<String> failures) {
    /** Copies the failures. */
    public Result {
      failures = List.copyOf(failures);
    }
  }

  /** The operators, and last what is computed together. */
  public List<String> operators() {
    return List.copyOf(operators.keySet());
  }

  /** Inputs that operators are tried at. */
  public int count() {
    return operators.values().stream().mapToInt(List::size).sum();
  }

  /**
   * Tries an operator at all its shapes.
   *
   * @param step called after each
   */
  public Result operator(String name, Device device, Runnable step) {
    double largest = 0;
    List<String> failures = new ArrayList<>();
    List<Case> cases = operators.get(name);
    for (Case c : cases) {
      Map<String, Bounded> bounds =
          ErrorAnalysis.run(c.graph(), c.given().exact(), device.precision());
      for (Map.Entry<String, Device> way :
          ways(c, KernelTable.withStoredEdges(device)).entrySet()) {
        Verification one = Verification.of(way.getValue(), c.graph(), c.given(), bounds);
        largest = Math.max(largest, one.fraction());
        if (!one.ok()) {
          failures.add(c.name() + way.getKey() + ": " + one.failure());
        }
      }
      step.run();
    }
    return new Result(name, cases.size(), largest, failures);
  }

  /**
   * The device as it is, and with each kernel of several operators that can compute a part of the
   * case but that the device would not take at so small a shape; by what is said of it.
   */
  static Map<String, Device> ways(Case of, Device device) {
    Map<String, Device> ways = new LinkedHashMap<>();
    ways.put("", device);
    if (Workbench.isFor(device)) {
      SessionOptions options =
          of.given().options().withOutputs(new LinkedHashSet<>(of.graph().outputs().keySet()));
      Workbench bench = new Workbench(of.graph(), options, device);
      List<String> chosen = List.of(bench.chosen().split(", "));
      bench.problems().stream()
          .filter(problem -> problem.steps().size() > 1)
          .flatMap(problem -> problem.candidates().stream())
          .distinct()
          .filter(candidate -> !chosen.contains(candidate))
          .forEach(
              fused -> ways.put(" by " + fused, KernelTable.preferring(device, List.of(fused))));
    }
    return ways;
  }

  /** Tries a model at a small input, or at the only one that it takes, with synthetic weights. */
  public static Result model(KnownModel model, Device device) {
    Graph graph = Networks.inference(model.architecture());
    return network(graph, Networks.image(graph, model.size()), device);
  }

  /** Tries a network with an image. */
  public static Result network(Graph graph, Activation image, Device device) {
    Verification one =
        Verification.of(
            device,
            graph,
            SessionInput.of(image),
            Networks.bounds(graph, image, device.precision()));
    return new Result(
        graph.name(),
        1,
        one.fraction(),
        one.ok() ? List.of() : List.of(image.shape() + ": " + one.failure()));
  }
}
