package fastvit4j.runtime.tornado;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.UserException;
import fastvit4j.runtime.DeviceException;
import fastvit4j.runtime.DeviceMemoryException;
import org.junit.jupiter.api.Test;

class MemoryNeedsTest {
  private static final DeviceTraits DEVICE = new DeviceTraits(true, 1000, 400, 1 << 15, 256, 2);

  @Test
  void whatDoesNotFitIsRefusedWithBothNumbers() {
    DeviceException e =
        assertThrows(
            DeviceException.class, () -> new MemoryNeeds(1001, 10).require(DEVICE, 0, 0, "net"));
    assertTrue(e.getMessage().contains("1001 bytes") && e.getMessage().contains("there are 1000"));
    assertDoesNotThrow(() -> new MemoryNeeds(1000, 399).require(DEVICE, 0, 0, "net"));
    assertThrows(
        DeviceException.class, () -> new MemoryNeeds(1000, 400).require(DEVICE, 0, 0, "net"));
  }

  @Test
  void theUsersLimitCounts() {
    assertDoesNotThrow(() -> new MemoryNeeds(500, 10).require(DEVICE, 500, 0, "net"));
    DeviceException e =
        assertThrows(
            DeviceException.class, () -> new MemoryNeeds(501, 10).require(DEVICE, 500, 0, "net"));
    assertTrue(e.getMessage().contains("allow more"));
  }

  @Test
  void whatOtherSessionsHoldIsNotThere() {
    MemoryNeeds needs = new MemoryNeeds(500, 10);
    assertDoesNotThrow(() -> needs.require(DEVICE, 0, 500, "net"));
    DeviceException e =
        assertThrows(DeviceMemoryException.class, () -> needs.require(DEVICE, 600, 501, "net"));
    assertTrue(
        e.getMessage().contains("there are 499 beside 501 in use by other sessions"),
        e.getMessage());
  }

  @Test
  void sizesAreRead() {
    assertEquals(512L << 20, ByteSize.parse("512MB"));
    assertEquals(4L << 30, ByteSize.parse("4gb"));
    assertEquals(77, ByteSize.parse("77"));
    assertThrows(UserException.class, () -> ByteSize.parse("lots"));
  }
}
