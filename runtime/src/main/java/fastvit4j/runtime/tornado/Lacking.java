package fastvit4j.runtime.tornado;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;

/** Why a device cannot compute anything with a candidate that could on another. */
final class Lacking {
  private Lacking() {}

  /** What of the device had to be otherwise, if that is one thing and the candidate cannot now. */
  static Optional<String> of(Candidate candidate, List<Problem> problems, DeviceTraits device) {
    if (isAble(candidate, problems, device)) {
      return Optional.empty();
    }
    return others(device).entrySet().stream()
        .filter(other -> isAble(candidate, problems, other.getValue()))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private static boolean isAble(Candidate candidate, List<Problem> problems, DeviceTraits device) {
    return problems.stream().anyMatch(problem -> candidate.can(problem, device));
  }

  /** Devices that differ from this in one thing, by what this one lacks. */
  private static Map<String, DeviceTraits> others(DeviceTraits d) {
    String shared = TornadoVMBackendType.OPENCL.name();
    Map<String, DeviceTraits> others = new LinkedHashMap<>();
    others.put("no tensor cores", with(d, d.localBytes(), d.maxGroup(), d.backend(), true));
    others.put(
        "no more than " + d.localBytes() + " bytes of local memory",
        with(d, Long.MAX_VALUE, d.maxGroup(), d.backend(), d.tensorCores()));
    others.put(
        "no work-groups of more than " + d.maxGroup(),
        with(d, d.localBytes(), Long.MAX_VALUE, d.backend(), d.tensorCores()));
    others.put(
        "no array may be read as vectors and be another argument too on " + d.backend(),
        with(d, d.localBytes(), d.maxGroup(), shared, d.tensorCores()));
    return others;
  }

  private static DeviceTraits with(
      DeviceTraits d, long localBytes, long maxGroup, String backend, boolean tensorCores) {
    return new DeviceTraits(
        d.gpu(),
        d.globalBytes(),
        d.bufferBytes(),
        localBytes,
        maxGroup,
        d.computeUnits(),
        backend,
        d.half(),
        tensorCores,
        d.megahertz(),
        d.preferred(),
        d.tuned(),
        d.besides(),
        d.precision(),
        d.edges());
  }
}
