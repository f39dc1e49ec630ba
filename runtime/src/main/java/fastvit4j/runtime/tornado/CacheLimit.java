package fastvit4j.runtime.tornado;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Keeps a directory of kernels to a size: those that were not used for the longest time go. A
 * file's time of modification is that of its last use. What was used within {@link #GRACE} stays
 * even if it is too much, as another process may be about to read it.
 */
final class CacheLimit {
  /** Bytes of all files, unless {@link #PROPERTY} says otherwise: some thousands of kernels. */
  static final long STANDARD = 64L << 20;

  /** The system property that sets the limit, a size as {@code 64MB}. */
  static final String PROPERTY = "fastvit4j.kernel.cache.limit";

  /** How long a file stays, whatever the limit. */
  static final Duration GRACE = Duration.ofHours(1);

  private CacheLimit() {}

  /** Notes that a file is in use; exact to a part of the time of grace. */
  static void touch(Path file) {
    try {
      Instant now = Instant.now();
      if (Files.getLastModifiedTime(file).toInstant().isBefore(now.minus(GRACE.dividedBy(4)))) {
        Files.setLastModifiedTime(file, FileTime.from(now));
      }
    } catch (IOException _) {
      // A directory that can only be read; whoever can write to it trims it.
    }
  }

  /**
   * Deletes what is too much.
   *
   * @param limit bytes that may stay
   */
  static void trim(Path directory, long limit) throws IOException {
    List<Entry> entries = entries(directory);
    long bytes = entries.stream().mapToLong(Entry::bytes).sum();
    Instant recent = Instant.now().minus(GRACE);
    entries.sort(Comparator.comparing(Entry::used));
    for (Entry entry : entries) {
      if (bytes <= limit || entry.used().isAfter(recent)) {
        return;
      }
      if (Files.deleteIfExists(entry.file())) {
        bytes -= entry.bytes();
      }
    }
  }

  private record Entry(Path file, long bytes, Instant used) {}

  /** Kernels, and what a process that was killed left of one. */
  private static List<Entry> entries(Path directory) throws IOException {
    List<Entry> entries = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.contains(KernelCache.SUFFIX)) {
          try {
            BasicFileAttributes facts = Files.readAttributes(file, BasicFileAttributes.class);
            if (facts.isRegularFile()) {
              entries.add(new Entry(file, facts.size(), facts.lastModifiedTime().toInstant()));
            }
          } catch (IOException _) {
            // Another process has deleted it.
          }
        }
      }
    }
    return entries;
  }
}
