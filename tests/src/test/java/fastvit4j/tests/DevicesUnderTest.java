package fastvit4j.tests;

import fastvit4j.runtime.Device;
import fastvit4j.runtime.Devices;
import java.util.List;

/** The devices that every test of devices runs on: all that this machine has. */
public final class DevicesUnderTest {
  private DevicesUnderTest() {}

  /** All of them. */
  public static List<Device> all() {
    return Devices.all();
  }

  /** A device's name and what it is, for the test report. */
  public static String title(Device device) {
    return device.name() + ", " + device.description();
  }
}
