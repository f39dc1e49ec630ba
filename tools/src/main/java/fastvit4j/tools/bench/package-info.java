/**
 * Latencies of models on devices: what to measure ({@link Configuration}, {@link Protocol}),
 * measuring it ({@link Benchmark}), the results and their file ({@link Results}, {@link
 * ResultsFile}), and what differs between two of them ({@link Comparison}).
 */
package fastvit4j.tools.bench;
