package fastvit4j.tools.fetch;

import fastvit4j.model.fastvit.Variant;
import fastvit4j.model.image.Preprocessing;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A checkpoint that somebody publishes.
 *
 * @param name its name in the registry, for example {@code fastvit_sa12.apple_in1k}
 * @param aliases shorter names
 * @param variant what it is, if it is one of the paper's variants
 * @param distilled whether it was trained with a teacher
 * @param format the ending of its file: safetensors, pth.tar, pth or pt
 * @param url where the file is
 * @param page where people read about it, if anywhere
 * @param licence the terms it comes under
 * @param size the file's bytes, where known
 * @param megabytes the same, rounded, as its page shows it
 * @param sha256 the file's SHA-256 in lower-case hexadecimal digits, where known
 * @param input how pictures are prepared for it, if the registry says so
 * @param accuracy what was published about its accuracy
 */
public record PublishedModel(
    String name,
    List<String> aliases,
    Optional<Variant> variant,
    boolean distilled,
    String format,
    URI url,
    Optional<String> page,
    Licence licence,
    OptionalLong size,
    Optional<Double> megabytes,
    Optional<String> sha256,
    Optional<Preprocessing> input,
    List<Accuracy> accuracy) {

  /** Copies the lists. */
  public PublishedModel {
    aliases = List.copyOf(aliases);
    accuracy = List.copyOf(accuracy);
  }

  /** The name of its file in the cache. */
  public String fileName() {
    return name.replace('/', '-') + "." + format;
  }

  /** What was published for a dataset, in the registry's order. */
  public List<Accuracy> accuracy(String dataset) {
    return accuracy.stream().filter(a -> a.dataset().equals(dataset)).toList();
  }

  /** The same checkpoint with other figures. */
  public PublishedModel with(List<Accuracy> figures) {
    return new PublishedModel(
        name, aliases, variant, distilled, format, url, page, licence, size, megabytes, sha256,
        input, figures);
  }

  /**
   * A figure that was published.
   *
   * @param dataset imagenet, imagenet-a, imagenet-r, imagenet-sketch or imagenet-c
   * @param top1 top-1 in percent (for imagenet-c the mean corruption error)
   * @param top5 top-5 in percent, where known
   * @param source who says so
   */
  public record Accuracy(String dataset, double top1, Optional<Double> top5, String source) {}

  /**
   * Terms of use.
   *
   * @param key its name in the registry
   * @param name its name for people
   * @param url where the whole of it is
   * @param notice what is shown before the first download
   */
  public record Licence(String key, String name, String url, String notice) {}
}
