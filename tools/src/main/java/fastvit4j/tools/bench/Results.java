package fastvit4j.tools.bench;

import fastvit4j.model.UserException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * The results of one benchmark, as far as it has come.
 *
 * @param version the version of FastViT4J that measured
 * @param started when it began
 * @param finished when it was done, or null if it is not
 * @param environment the machine and the JVM, see {@link Environment}
 * @param protocol how it was measured
 * @param weights the checkpoint that was measured, or null for none
 * @param results one for each configuration, in the order of the plan
 */
public record Results(
    String version,
    Instant started,
    Instant finished,
    SequencedMap<String, Object> environment,
    Protocol protocol,
    String weights,
    List<Result> results) {
  /** Copies the list. */
  public Results {
    results = List.copyOf(results);
  }

  /** Nothing measured yet. */
  public static Results of(
      String version,
      SequencedMap<String, Object> environment,
      Protocol protocol,
      String weights,
      List<Result> plan) {
    return new Results(version, Instant.now(), null, environment, protocol, weights, plan);
  }

  /** The same with other results, done or not. */
  Results with(List<Result> others, Instant done) {
    return new Results(version, started, done, environment, protocol, weights, others);
  }

  /**
   * Checks that these results can be gone on with.
   *
   * @param name what to call them in the message
   * @throws UserException if they come from another version or another environment
   */
  public void requireSame(String name, String thisVersion, Map<String, Object> here) {
    List<String> different =
        version.equals(thisVersion)
            ? Environment.differences(environment, here)
            : List.of("version");
    if (!different.isEmpty()) {
      throw new UserException(
          name
              + " was measured in another environment (not the same "
              + String.join(", ", different)
              + "): go on there, or measure anew and compare");
    }
  }

  /** What is not the same in the environments of these results and others: names of facts. */
  public List<String> differences(Results other) {
    return Environment.differences(environment, other.environment);
  }

  /** Whether a device failed at some configuration. */
  public boolean hasFailures() {
    return results.stream().anyMatch(Result::isFailed);
  }
}
