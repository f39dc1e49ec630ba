package fastvit4j.runtime.tornado;

/**
 * Limits of a device that nobody has measured, from its description. Drivers tell TornadoVM the
 * number of processors and their clock, and nothing of memory. Assumed are
 *
 * <ul>
 *   <li>multiply-adds that a processor begins in a cycle: 128 on NVIDIA's GPUs, 64 on others, 16 on
 *       a core of a processor;
 *   <li>tensor cores that multiply matrices 8 times as fast, where there are any: those of data
 *       centres are up to 16 times as fast;
 *   <li>a clock of 1.5 GHz, or 2.5 GHz of a processor, where the driver tells none;
 *   <li>operations in the time of a byte from memory: 16 on GPUs, where those of data centres have
 *       10 to 15 in float32 and those of desktops up to 80; with more, more fusions pay. On
 *       processors 4;
 *   <li>caches that hold 64 KiB for each processor and give three times as much as memory;
 *   <li>a launch: 2.5 µs on GPUs, 1.5 µs on processors.
 * </ul>
 *
 * @param gpu whether it is a GPU
 * @param units processors
 * @param lanes multiply-adds that each begins in a cycle
 * @param megahertz their clock
 * @param tensorCores whether it has them
 */
record AssumedLimits(boolean gpu, int units, int lanes, int megahertz, boolean tensorCores)
    implements Limits {
  private static final long CACHE_OF_UNIT = 64L << 10;
  private static final int CACHE_SPEED = 3;
  private static final int MATRIX_SPEED = 8;

  static AssumedLimits of(DeviceTraits device) {
    int lanes = !device.gpu() ? 16 : device.cuda() ? 128 : 64;
    int usual = device.gpu() ? 1500 : 2500;
    int clock = device.megahertz() > 0 ? device.megahertz() : usual;
    return new AssumedLimits(
        device.gpu(), Math.max(1, device.computeUnits()), lanes, clock, device.tensorCores());
  }

  @Override
  public double operationsPerSecond() {
    return 2.0 * lanes * units * megahertz * 1e6;
  }

  @Override
  public double matrixOperationsPerSecond() {
    return operationsPerSecond() * (tensorCores ? MATRIX_SPEED : 1);
  }

  @Override
  public double bytesPerSecond(long bytes) {
    double memory = operationsPerSecond() / (gpu ? 16 : 4);
    return bytes <= CACHE_OF_UNIT * units ? CACHE_SPEED * memory : memory;
  }

  @Override
  public long launchNanos() {
    return gpu ? 2500 : 1500;
  }

  @Override
  public String source() {
    return "assumed";
  }
}
