/** How fast networks run, beside peers on the same machine. */
package fastvit4j.benchmarks;
