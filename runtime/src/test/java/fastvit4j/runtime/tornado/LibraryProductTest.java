package fastvit4j.runtime.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.operator.Linear;
import fastvit4j.model.tensor.Tensor;
import fastvit4j.runtime.DeviceException;
import fastvit4j.runtime.Precision;
import java.lang.invoke.MethodHandles;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;

/** Refusals: where there is no library, no module, and where a call does not fit. */
class LibraryProductTest {
  private static TornadoDevice device(String backend) {
    TornadoDevice emulator = (TornadoDevice) new EmulatorProvider().find().devices().getFirst();
    return emulator.with(
        new DeviceTraits(true, 1L << 32, 1L << 30, 1 << 15, 256, 1, backend, true, false));
  }

  @ParameterizedTest
  @EnumSource
  void saysWhyThereIsNone(LibraryCall call) {
    for (String backend : new String[] {"OPENCL", "PTX"}) {
      assertEquals(
          Optional.of("library calls are for TornadoVM's CUDA back end, and emulator is not of it"),
          call.missing(device(backend).storing(call.precision())));
    }
    String module = call.function().startsWith("cutlass") ? "tornado.cutlass" : "tornado.cublas";
    assertEquals(
        Optional.of(
            "this JVM has no module " + module + ": an SDK with the CUDA back end brings it"),
        call.missing(device("CUDA").storing(call.precision())));
  }

  @Test
  void whatIsStoredOtherwiseIsRefused() {
    assertEquals(
        Optional.of("cublasSgemm is for float32, not for float16"),
        LibraryCall.CUBLAS_SGEMM.missing(device("CUDA").storing(Precision.FLOAT16)));
    assertEquals(
        Optional.of("cutlassHgemm is for float16, not for float32"),
        LibraryCall.CUTLASS_HGEMM.missing(device("CUDA")));
  }

  @ParameterizedTest
  @EnumSource
  void whereTheModuleIsMissingItFailsInOneLine(LibraryCall call) {
    Linear linear =
        new Linear(
            Tensor.of("w", new float[6], 2, 3),
            call.epilogue().hasBias() ? Tensor.of("b", new float[2], 2) : null);
    DeviceException fault =
        assertThrows(
            DeviceException.class, () -> new LibraryProduct(device("CUDA"), call, linear, 4, 3, 2));
    assertTrue(
        fault.getMessage().startsWith(call.function() + " failed: this JVM has no module tornado."),
        fault.getMessage());
    assertEquals(1, fault.getMessage().lines().count());
  }

  @ParameterizedTest
  @EnumSource
  void theEmulatorRefusesLibraries(LibraryCall call) {
    Operands operands = Operands.random(call, 2, 2, 2, 1);
    TornadoRuntimeException refused =
        assertThrows(
            TornadoRuntimeException.class,
            () ->
                LibraryProduct.add(
                    new TaskGraph("g"),
                    MethodHandles.empty(call.type()),
                    operands.arguments(call)));
    assertEquals(
        "task g.t0 calls a library of a device, but the emulator runs Java", refused.getMessage());
  }
}
