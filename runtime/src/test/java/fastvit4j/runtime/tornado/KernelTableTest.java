package fastvit4j.runtime.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.operator.Relu;
import fastvit4j.model.operator.Shape;
import fastvit4j.runtime.Device;
import java.util.List;
import org.junit.jupiter.api.Test;

class KernelTableTest {
  private static Device emulator() {
    return new EmulatorProvider().find().devices().getFirst();
  }

  @Test
  void matrixProductsAreChosenByShapeAndDevice() {
    DeviceTraits gpu = new DeviceTraits(true, 1L << 32, 1L << 30, 1 << 15, 256, 20);
    assertEquals(Kernel.POINTWISE_TILED, ProductTable.product(4096, 64, 192, gpu).kernel());
    assertEquals(Kernel.POINTWISE_COLUMNS, ProductTable.product(1, 768, 1000, gpu).kernel());
    DeviceTraits little = new DeviceTraits(true, 1L << 32, 1L << 30, 1 << 12, 256, 20);
    assertEquals(Kernel.POINTWISE_COLUMNS, ProductTable.product(4096, 64, 192, little).kernel());
    DeviceTraits cpu = new DeviceTraits(false, 1L << 32, 1L << 30, 1 << 20, 4096, 2);
    assertEquals(Kernel.POINTWISE_ROWS, ProductTable.product(4096, 64, 192, cpu).kernel());
    assertEquals(Kernel.POINTWISE_COLUMNS, ProductTable.product(4096, 64, 190, cpu).kernel());
    assertEquals(Kernel.POINTWISE_ROW, ProductTable.product(1, 768, 1000, cpu).kernel());
  }

  @Test
  void kernelsThatAreAskedForComeFirstWhereTheyCan() {
    DeviceTraits cpu = new DeviceTraits(false, 1L << 32, 1L << 30, 1 << 12, 4096, 2);
    DeviceTraits asked =
        cpu.preferring(
            List.of(Kernel.POINTWISE_TILED, Kernel.POINTWISE_ROWS, Kernel.POINTWISE_COLUMNS));
    assertEquals(Kernel.POINTWISE_ROWS, ProductTable.product(1, 768, 992, asked).kernel());
    assertEquals(Kernel.POINTWISE_COLUMNS, ProductTable.product(1, 768, 1000, asked).kernel());
    Device device = emulator();
    assertThrows(
        IllegalArgumentException.class,
        () -> KernelTable.preferring(device, List.of("pointwiseRows", "rows")));
  }

  @Test
  void anOperatorsKernelsAreTold() {
    KernelTable.Choice choice =
        KernelTable.choose(new Relu(), List.of(new Shape(1, 3, 5, 7)), emulator());
    assertEquals(List.of("activation"), choice.kernels());
    assertTrue(
        KernelTable.entries().stream()
            .anyMatch(e -> e.operator().equals("Relu") && e.kernels().equals(choice.kernels())));
  }

  @Test
  void everyKernelHasAMethodWithItsParameters() {
    for (Kernel kernel : Kernel.values()) {
      assertTrue(
          List.of(kernel.owner().getMethods()).stream()
              .anyMatch(
                  m ->
                      m.getName().equals(kernel.method())
                          && m.getParameterCount() == kernel.parameters().length()),
          kernel.label());
    }
  }
}
