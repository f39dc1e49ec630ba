package fastvit4j.tools.pipeline;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Where the time went.
 *
 * @param pictures that were computed
 * @param decoders threads that decode
 * @param streams sessions that compute, at the end
 * @param seconds the whole time
 * @param decodeSeconds reading, decoding and cropping, all threads together
 * @param computeSeconds in which the device had a batch or more
 * @param overlapSeconds of these, in which it had more than one
 * @param waitSeconds in which the device waited for pictures
 */
public record StageTimes(
    long pictures,
    int decoders,
    int streams,
    double seconds,
    double decodeSeconds,
    double computeSeconds,
    double overlapSeconds,
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

  /** The part of the device's time with a batch in which it had more than one. */
  public double overlapping() {
    return computeSeconds == 0 ? 0 : overlapSeconds / computeSeconds;
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
    map.put("streams", streams);
    map.put("computed_per_second", computeRate());
    map.put("device_waiting", waiting());
    map.put("device_overlapping", overlapping());
    return map;
  }

  /** For people. */
  @Override
  public String toString() {
    String times =
        String.format(
            Locale.ROOT,
            "limited by %s: %.1f pictures/s decoded by %d threads, %.1f computed by the device,"
                + " which waited %.1f %% of the time",
            limit().equals("device") ? "the device" : limit(),
            decodeRate(),
            decoders,
            computeRate(),
            100 * waiting());
    return streams == 1
        ? times
        : times
            + String.format(
                Locale.ROOT,
                " and had more than one batch, in %d streams, %.1f %% of the rest",
                streams,
                100 * overlapping());
  }
}
