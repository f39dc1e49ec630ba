/**
 * Operators in plain loops over arrays, which the JVM's compiler makes vector code of by itself:
 * for Java without the Vector API, and for commands that end before the compiler is done with it.
 */
package fastvit4j.kernels.cpu.loops;
