package fastvit4j.kernels.cpu;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CpuWarmUpTest {
  static Stream<CpuKernels> kernels() {
    return Harness.kernels();
  }

  /** Kernels check the sizes of all memory that they are given. */
  @ParameterizedTest
  @MethodSource("kernels")
  void givesEachKernelWhatItNeeds(CpuKernels kernels) {
    assertDoesNotThrow(() -> CpuWarmUp.run(kernels));
  }
}
