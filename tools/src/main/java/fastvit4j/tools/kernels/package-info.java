/** Measuring and tuning kernels: small networks of one or a few operators, and what they take. */
package fastvit4j.tools.kernels;
