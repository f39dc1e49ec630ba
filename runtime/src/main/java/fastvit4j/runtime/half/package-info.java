/**
 * Kernels with float16 in the place of float32 in memory, made of the float32 kernels' byte code:
 * {@link fastvit4j.runtime.half.HalfKernels}.
 */
package fastvit4j.runtime.half;
