/**
 * The bundle for a machine with a driver and nothing else: a runtime, our jars, room for an SDK.
 */
package fastvit4j.tools.bundle;
