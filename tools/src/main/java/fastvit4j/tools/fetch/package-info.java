/**
 * Published checkpoints: the registry that lists them, the cache that keeps them, and the download
 * from one to the other.
 */
package fastvit4j.tools.fetch;
