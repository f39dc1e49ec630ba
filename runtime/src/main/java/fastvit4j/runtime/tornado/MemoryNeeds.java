package fastvit4j.runtime.tornado;

import fastvit4j.runtime.DeviceException;
import fastvit4j.runtime.DeviceMemoryException;

/**
 * Device memory that a plan needs.
 *
 * @param total bytes of all buffers
 * @param largest bytes of the largest one
 */
record MemoryNeeds(long total, long largest) {
  /** Weights, shared buffers and the input. */
  static MemoryNeeds of(WeightStore weights, BufferPlan buffers, PlanInput input) {
    long image = input.bytes();
    return new MemoryNeeds(
        weights.bytes() + buffers.bytes() + image,
        Math.max(weights.largest(), Math.max(buffers.largest(), image)));
  }

  /**
   * Refuses what does not fit.
   *
   * @param limit bytes that the user allows, 0 for all
   * @param held bytes that other plans hold
   */
  void require(DeviceTraits device, long limit, long held, String what) {
    long free = Math.max(0, device.globalBytes() - held);
    long there = limit == 0 ? free : Math.min(limit, free);
    if (total > there) {
      String wayOut =
          there == limit
              ? "allow more or take a smaller batch or size"
              : "take a smaller batch or size, or, if the device has more, start with"
                  + " -Dtornado.device.memory=8GB or so";
      throw new DeviceMemoryException(
          what
              + " needs "
              + total
              + " bytes of device memory, but there are "
              + there
              + (held > 0 && there == free ? " beside " + held + " in use by other sessions" : "")
              + ": "
              + wayOut);
    }
    if (largest >= device.bufferBytes()) {
      throw new DeviceException(
          what
              + " needs a buffer of "
              + largest
              + " bytes, but the device's largest is of "
              + device.bufferBytes()
              + ": take a smaller batch or size",
          null);
    }
  }
}
