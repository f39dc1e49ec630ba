/**
 * Structural reparameterization: rewrites a network's train form into an equivalent inference form,
 * in float64, one pass after another, and proves on random inputs that the function is the same.
 */
package fastvit4j.reparam;
