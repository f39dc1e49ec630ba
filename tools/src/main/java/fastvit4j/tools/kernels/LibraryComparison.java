package fastvit4j.tools.kernels;

import fastvit4j.model.graph.Node;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Gelu;
import fastvit4j.model.operator.Linear;
import fastvit4j.model.operator.Operator;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Activation;
import fastvit4j.runtime.Ceiling;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.DeviceException;
import fastvit4j.runtime.Precision;
import fastvit4j.runtime.tornado.LibraryCall;
import fastvit4j.runtime.tornado.LibraryEpilogue;
import fastvit4j.runtime.tornado.LibraryProduct;
import fastvit4j.runtime.tornado.Workbench;
import fastvit4j.tools.verify.Bounded;
import fastvit4j.tools.verify.ErrorAnalysis;
import fastvit4j.tools.verify.LibraryError;
import fastvit4j.tools.verify.RandomTensors;
import fastvit4j.tools.verify.SessionInput;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Rows of the vendor's libraries beside those of our kernels: the matrix product of a case, without
 * residual and with as much of bias and GELU as the call has, checked against float64 before it is
 * timed.
 *
 * @param device where
 * @param roof the device's limits, where they can be measured
 * @param seconds how long each is run, in all
 */
public record LibraryComparison(Device device, Optional<Ceiling> roof, double seconds) {
  private static final int LEAST_RUNS = 5;
  private static final int MOST_RUNS = 1000;
  private static final int WARM_UP = 2;
  private static final long SEED = 17;

  /**
   * What there is of a case.
   *
   * @param rows a row for each call
   * @param missing why there is none, in one line each, by the call's name. A call that adds a bias
   *     or applies GELU where the case does not is in neither
   */
  public record Found(List<KernelRow> rows, Map<String, String> missing) {}

  /**
   * The matrix product of a case.
   *
   * @param operator a linear layer or a pointwise convolution
   * @param geluFollows whether GELU is applied to what it gives, with nothing between
   */
  record Product(Operator operator, boolean geluFollows) {
    boolean hasBias() {
      return operator instanceof Linear linear
          ? linear.bias() != null
          : ((Conv2d) operator).bias() != null;
    }

    Operator withoutBias() {
      return operator instanceof Linear linear
          ? new Linear(linear.weight(), null)
          : new Conv2d(((Conv2d) operator).weight(), null, 1, 0, 1);
    }

    /** Whether a library that does this to its sums computes no more than is asked for. */
    boolean has(LibraryEpilogue epilogue) {
      return (!epilogue.hasBias() || hasBias()) && (!epilogue.hasGelu() || geluFollows);
    }
  }

  /** The one operator of a case that is not elementwise, if it is a matrix product. */
  static Optional<Product> product(KernelCase of) {
    List<Node> nodes =
        of.graph().nodes().stream()
            .filter(node -> !node.name().startsWith(Workbench.GIVEN))
            .toList();
    List<Node> others = nodes.stream().filter(node -> !isElementwise(node.operator())).toList();
    if (of.pictures() || others.size() != 1 || !isProduct(others.getFirst().operator())) {
      return Optional.empty();
    }
    Node product = others.getFirst();
    boolean gelu =
        nodes.stream()
            .anyMatch(
                node ->
                    node.operator() instanceof Gelu
                        && node.inputs().getFirst().equals(product.name()));
    return Optional.of(new Product(product.operator(), gelu));
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

  /** The rows of a case. */
  public Found of(KernelCase of) {
    List<KernelRow> rows = new ArrayList<>();
    Map<String, String> missing = new LinkedHashMap<>();
    Optional<Product> product = product(of);
    for (LibraryCall call : LibraryCall.of(device.precision())) {
      if (product.isEmpty()) {
        missing.put(call.function(), "only a case of one matrix product has a row of a library");
      } else if (product.get().has(call.epilogue())) {
        Shape out = product.get().operator().infer(List.of(of.input()));
        Optional<String> reason =
            call.missing(device).or(() -> call.unfit(of.input().c(), out.c()));
        if (reason.isPresent()) {
          missing.put(call.function(), reason.get());
        } else {
          rows.add(row(call, product.get(), new RandomTensors(SEED).input(of.input()), out));
        }
      }
    }
    return new Found(rows, missing);
  }

  private KernelRow row(LibraryCall call, Product asked, Activation input, Shape out) {
    Operator operator = call.epilogue().hasBias() ? asked.operator() : asked.withoutBias();
    Shape in = input.shape();
    Activation poison = Activation.allocate(in);
    poison.data().fill((byte) -1);
    try (LibraryProduct product =
        new LibraryProduct(device, call, operator, in.pixels(), in.c(), out.c())) {
      // What this leaves in the device's memory shows if the next run does not write it all.
      product.run(poison.data());
      Activation got = Activation.onHeap(out);
      float[] values = product.run(input.data());
      for (int i = 0; i < values.length; i++) {
        got.set(i, values[i]);
      }
      int images = Math.min(2, in.n());
      Bounded exact = exact(call, operator, SessionInput.ends(input, images));
      Errors errors = Errors.of(exact, SessionInput.ends(got, images));
      List<Double> nanos = errors.fraction() <= 1 ? time(product) : List.of();
      return row(call, operator, in, out, nanos, errors);
    } catch (DeviceException e) {
      return KernelRow.failed(call.function(), e.getMessage());
    }
  }

  /** What a call has to compute, and how far a sound one may be off. */
  static Bounded exact(LibraryCall call, Operator operator, Activation input) {
    Precision precision = call.precision();
    Bounded x = ErrorAnalysis.input(input, precision);
    Bounded product =
        call.isTf32()
            ? LibraryError.tf32(operator, x)
            : ErrorAnalysis.apply(operator, List.of(x), precision);
    return switch (call.epilogue()) {
      case NONE, BIAS -> product;
      case BIAS_GELU -> ErrorAnalysis.apply(new Gelu(), List.of(product), precision);
      case BIAS_TANH_GELU -> LibraryError.tanhGelu(product, precision);
    };
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

  private KernelRow row(
      LibraryCall call, Operator operator, Shape in, Shape out, List<Double> nanos, Errors errors) {
    long operations = 2 * operator.macs(List.of(in));
    long weights = operator.parameters().stream().mapToLong(t -> t.elements()).sum();
    long bytes = call.precision().bytes() * ((long) in.elements() + weights + out.elements());
    long matrices = call.precision() == Precision.FLOAT16 ? operations : 0;
    return new KernelRow(
        call.function(),
        call.function(),
        Set.of(call.precision()),
        false,
        nanos,
        operations,
        bytes,
        bytes,
        // Nothing of ours measures the peak of TF32.
        roof.filter(r -> !call.isTf32())
            .map(r -> r.nanos(operations, matrices, bytes))
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
