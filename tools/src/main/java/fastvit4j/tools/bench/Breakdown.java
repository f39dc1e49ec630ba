package fastvit4j.tools.bench;

/**
 * Where the time of one run goes, by the device's own timers.
 *
 * @param kernelMs milliseconds in kernels
 * @param transferMs milliseconds in copies to and from the device
 */
public record Breakdown(double kernelMs, double transferMs) {}
