package fastvit4j.tools.kernels;

import fastvit4j.model.graph.Node;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Linear;
import fastvit4j.model.operator.Operator;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Activation;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.DeviceException;
import fastvit4j.runtime.tornado.LibraryProduct;
import fastvit4j.runtime.tornado.Roof;
import fastvit4j.runtime.tornado.Workbench;
import fastvit4j.tools.verify.Bounded;
import fastvit4j.tools.verify.ErrorAnalysis;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A row of the vendor's library beside those of our kernels: the matrix product of a case alone,
 * without bias, residual and activation, checked against float64 before it is timed.
 *
 * @param device where
 * @param roof the device's limits, where they can be measured
 * @param seconds how long it is run, in all
 */
public record LibraryComparison(Device device, Optional<Roof> roof, double seconds) {
  private static final int LEAST_RUNS = 5;
  private static final int MOST_RUNS = 1000;
  private static final int WARM_UP = 2;

  /** Why there is no such row for a case, in one line; empty if there is. */
  public Optional<String> missing(KernelCase of) {
    return product(of).isEmpty()
        ? Optional.of("only a case of one matrix product has a row of the library")
        : LibraryProduct.missing(device);
  }

  /** The one operator of a case that is not elementwise, if it is a matrix product. */
  static Optional<Operator> product(KernelCase of) {
    List<Operator> operators =
        of.graph().nodes().stream()
            .filter(node -> !node.name().startsWith(Workbench.GIVEN))
            .map(Node::operator)
            .filter(operator -> !isElementwise(operator))
            .toList();
    return operators.size() == 1
        ? operators.stream().filter(LibraryComparison::isProduct).findFirst()
        : Optional.empty();
  }

  private static boolean isElementwise(Operator operator) {
    return switch (operator.kind()) {
      case "Add", "Gelu", "Relu", "Silu" -> true;
      default -> false;
    };
  }

  private static boolean isProduct(Operator operator) {
    return operator instanceof Linear || (operator instanceof Conv2d c && c.isPointwise());
  }

  private static Operator withoutBias(Operator operator) {
    return operator instanceof Linear linear
        ? new Linear(linear.weight(), null)
        : new Conv2d(((Conv2d) operator).weight(), null, 1, 0, 1);
  }

  /** The row of a case that has one. */
  public KernelRow of(KernelCase of) {
    Operator operator = withoutBias(product(of).orElseThrow());
    KernelCase alone = KernelCase.chain(LibraryProduct.NAME, List.of(operator), of.input());
    String node = alone.needed().iterator().next();
    Activation input = KernelMeasurement.input(of);
    Shape in = of.input();
    Shape out = operator.infer(List.of(in));
    try (LibraryProduct product =
        new LibraryProduct(device, operator, in.pixels(), in.c(), out.c())) {
      Activation got = Activation.onHeap(out);
      float[] values = product.run(input.data());
      for (int i = 0; i < values.length; i++) {
        got.set(i, values[i]);
      }
      int images = Math.min(2, in.n());
      Map<String, Bounded> exact =
          ErrorAnalysis.run(alone.wanted(), KernelMeasurement.ends(input, images));
      Errors errors = Errors.of(exact.get(node), KernelMeasurement.ends(got, images));
      List<Double> nanos = errors.fraction() <= 1 ? time(product) : List.of();
      return row(operator, in, out, nanos, errors);
    } catch (DeviceException e) {
      return KernelRow.failed(LibraryProduct.NAME, e.getMessage());
    }
  }

  private List<Double> time(LibraryProduct product) {
    List<Double> nanos = new ArrayList<>();
    long start = System.nanoTime();
    for (int run = -WARM_UP;
        run < LEAST_RUNS || (run < MOST_RUNS && System.nanoTime() - start < seconds * 1e9);
        run++) {
      long one = product.nanos();
      if (run >= 0) {
        nanos.add((double) one);
      }
    }
    return nanos;
  }

  private KernelRow row(Operator operator, Shape in, Shape out, List<Double> nanos, Errors errors) {
    long operations = 2 * operator.macs(List.of(in));
    long weights = operator.parameters().stream().mapToLong(t -> t.elements()).sum();
    long bytes = 4L * ((long) in.elements() + weights + out.elements());
    return new KernelRow(
        LibraryProduct.NAME,
        LibraryProduct.NAME,
        false,
        nanos,
        operations,
        bytes,
        bytes,
        roof.map(r -> 1e9 * KernelMeasurement.roofSeconds(r, operations, 0, bytes))
            .orElse(Double.NaN),
        Double.NaN,
        Double.NaN,
        Double.NaN,
        0,
        1,
        errors.largest(),
        errors.fraction(),
        Map.of(),
        null);
  }
}
