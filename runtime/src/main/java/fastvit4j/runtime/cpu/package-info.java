/**
 * The processor as a device: the kernels of {@code fastvit4j.kernels.cpu} on a pool of threads.
 *
 * <p>A session packs weights once. For each input shape it makes a plan, which binds the kernels to
 * sizes and places the activations; a run borrows memory of its plan, and computes step by step,
 * each step's units shared by the threads.
 */
package fastvit4j.runtime.cpu;
