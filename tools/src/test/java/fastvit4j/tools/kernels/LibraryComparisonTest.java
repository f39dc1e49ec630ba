package fastvit4j.tools.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.operator.Linear;
import fastvit4j.model.operator.Operator;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Activation;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.Devices;
import fastvit4j.runtime.Precision;
import fastvit4j.runtime.tornado.EmulatorProvider;
import fastvit4j.runtime.tornado.LibraryCall;
import fastvit4j.tools.verify.Bounded;
import fastvit4j.tools.verify.RandomTensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LibraryComparisonTest {
  private static final Shape SHAPE = new Shape(2, 3, 5, 16);

  private static KernelCase parse(String operators) {
    return CaseSpec.parse(operators, SHAPE);
  }

  private static List<String> calls(LibraryComparison.Product product) {
    List<String> calls = new ArrayList<>();
    for (LibraryCall call : LibraryCall.of(Precision.FLOAT16)) {
      if (product.has(call.epilogue())) {
        calls.add(call.function());
      }
    }
    return calls;
  }

  /** GELU is a library's where it comes directly after the product, and only there. */
  @ParameterizedTest
  @CsvSource({
    "pointwise:out=20, false",
    "pointwise:out=20+gelu, true",
    "linear:out=20+gelu, true",
    "pointwise+relu, false",
    "pointwise+add+gelu, false",
    "pointwise+relu+gelu, false",
    "gelu+pointwise, false",
    "gelu+pointwise+gelu, true"
  })
  void aProductIsFoundAndWhatFollowsIt(String operators, boolean gelu) {
    LibraryComparison.Product product = LibraryComparison.product(parse(operators)).orElseThrow();
    assertEquals(gelu, product.geluFollows());
    List<String> expected =
        new ArrayList<>(
            List.of("cublasGemmExFP16", "ltMatmulFP16", "ltMatmulBiasFP16", "cutlassHgemm"));
    if (gelu) {
      expected.add(3, "ltMatmulGeluBiasFP16");
      expected.add("cutlassGemmBiasGelu");
    }
    assertEquals(expected, calls(product));
  }

  @ParameterizedTest
  @CsvSource({"depthwise", "pointwise+pointwise", "pointwise+layernorm", "gelu", "conv:k=1;s=2"})
  void whatIsNoSingleProductHasNone(String operators) {
    assertEquals(Optional.empty(), LibraryComparison.product(parse(operators.replace(';', ','))));
  }

  /** Where the product has no bias, a library's is not measured either. */
  @Test
  void withoutBiasOnlyTheProductAloneIsCompared() {
    Operator linear = new RandomTensors(3).linear(16, 8, false);
    KernelCase of = KernelCase.chain("linear", List.of(linear), SHAPE, false);
    LibraryComparison.Product product = LibraryComparison.product(of).orElseThrow();
    assertEquals(List.of("cublasGemmExFP16", "ltMatmulFP16", "cutlassHgemm"), calls(product));
  }

  @Test
  void eachCallHasAReasonWhereThereIsNoLibrary() {
    Device emulator = new EmulatorProvider().find().devices().getFirst();
    for (Device device : List.of(Devices.named("cpu"), emulator)) {
      LibraryComparison.Found found =
          new LibraryComparison(device, Optional.empty(), 0).of(parse("pointwise+gelu"));
      assertTrue(found.rows().isEmpty());
      assertEquals(
          List.of("cublasSgemm", "cublasSgemmTF32", "ltMatmulFP32", "cutlassSgemm"),
          List.copyOf(found.missing().keySet()));
      for (String reason : found.missing().values()) {
        assertEquals(
            "library calls are for TornadoVM's CUDA back end, and "
                + device.name()
                + " is not of it",
            reason);
      }
    }
  }

  /** What is computed with what a call has of bias and GELU passes, anything else does not. */
  @ParameterizedTest
  @EnumSource
  void aCallIsCheckedAgainstWhatItComputes(LibraryCall call) {
    Linear full = new RandomTensors(8).linear(16, 20, true);
    Operator operator = call.epilogue().hasBias() ? full : new Linear(full.weight(), null);
    Activation input = new RandomTensors(9).input(SHAPE);
    Bounded exact = LibraryComparison.exact(call, operator, input);
    assertTrue(fraction(exact, full, call, input, false) <= 1, "right");
    assertFalse(fraction(exact, full, call, input, true) <= 1, "another bias or GELU");
  }

  /** The largest error of a computation in float64 of the values as given, of the bound. */
  private static double fraction(
      Bounded exact, Linear linear, LibraryCall call, Activation input, boolean wrong) {
    Activation got = Activation.onHeap(exact.value().shape());
    int in = linear.inChannels();
    int out = linear.outChannels();
    boolean bias = call.epilogue().hasBias() != (wrong && !call.epilogue().hasGelu());
    boolean gelu = call.epilogue().hasGelu() && !wrong;
    for (int i = 0; i < got.shape().elements(); i++) {
      double sum = bias ? linear.bias().getDouble(i % out) : 0;
      for (int k = 0; k < in; k++) {
        sum += input.get(i / out * in + k) * linear.weight().getDouble(i % out * in + k);
      }
      got.set(i, (float) (gelu ? tanhGelu(sum) : sum));
    }
    return Errors.of(exact, got).fraction();
  }

  /** Good enough for either formula where values are stored as float16. */
  private static double tanhGelu(double x) {
    return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
  }
}
