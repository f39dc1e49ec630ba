package fastvit4j.tools.pipeline;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Where the time went.
 *
 * @param pictures that were computed
 * @param decoders threads that decode
 * @param seconds the whole time
 * @param decodeSeconds reading, decoding and cropping, all threads together
 * @param computeSeconds the device's
 * @param waitSeconds in which the device waited for pictures
 */
public record StageTimes(
    long pictures,
    int decoders,
    double seconds,
    double decodeSeconds,
    double computeSeconds,
    double waitSeconds) {
  /** Pictures that the decoders would get through in a second. */
  public double decodeRate() {
    return pictures * decoders / decodeSeconds;
  }

  /** Pictures that the device would get through in a second. */
  public double computeRate() {
    return pictures / computeSeconds;
  }

  /** The part of the time in which the device waited for pictures. */
  public double waiting() {
    return waitSeconds / seconds;
  }

  /** The stage that limits: the one that would get through less. */
  public String limit() {
    return decodeRate() < computeRate() ? "decoding" : "device";
  }

  /** As a JSON object. */
  public Map<String, Object> describe() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("limit", limit());
    map.put("decoders", decoders);
    map.put("decoded_per_second", decodeRate());
    map.put("computed_per_second", computeRate());
    map.put("device_waiting", waiting());
    return map;
  }

  /** For people. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "limited by %s: %.1f pictures/s decoded by %d threads, %.1f computed by the device, which"
            + " waited %.1f %% of the time",
        limit().equals("device") ? "the device" : limit(),
        decodeRate(),
        decoders,
        computeRate(),
        100 * waiting());
  }
}
