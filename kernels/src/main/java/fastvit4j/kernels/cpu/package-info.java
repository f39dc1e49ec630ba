/**
 * Operators on the processor's cores, NHWC float32 in off-heap memory: with the Vector API ({@code
 * vector}), in plain loops where that is not there or takes too long to compile ({@code loops}),
 * and their scalar twin ({@code scalar}).
 *
 * <p>{@link fastvit4j.kernels.cpu.CpuKernelsProvider} finds the best {@link
 * fastvit4j.kernels.cpu.CpuKernels}. That packs an operator's weights once, into a {@link
 * fastvit4j.kernels.cpu.CpuOperator}; which binds to an image size and becomes a {@link
 * fastvit4j.kernels.cpu.CpuKernel}; which is run unit by unit by as many threads as its caller
 * likes.
 */
package fastvit4j.kernels.cpu;
