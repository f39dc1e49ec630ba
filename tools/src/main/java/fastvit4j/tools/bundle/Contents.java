package fastvit4j.tools.bundle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What goes into an archive, by the paths in it. */
final class Contents {
  /** What lies at a path. */
  private sealed interface Entry {}

  private record Copy(Path source, boolean executable) implements Entry {}

  private record Text(String content) implements Entry {}

  private record Link(String target) implements Entry {}

  private final Map<String, Entry> entries = new TreeMap<>();

  /** A file of this machine. */
  void file(String name, Path source) {
    entries.put(name, new Copy(source, Files.isExecutable(source)));
  }

  /** A program of this machine. */
  void program(String name, Path source) {
    entries.put(name, new Copy(source, /* executable= */ true));
  }

  /** A text. */
  void text(String name, String content) {
    entries.put(name, new Text(content));
  }

  /** All files below a folder; relative links stay links, others become what they lead to. */
  void folder(String name, Path folder) throws IOException {
    try (Stream<Path> below = Files.walk(folder)) {
      for (Path path : below.toList()) {
        String inside = name + "/" + folder.relativize(path).toString().replace('\\', '/');
        if (Files.isSymbolicLink(path) && !Files.readSymbolicLink(path).isAbsolute()) {
          entries.put(inside, new Link(Files.readSymbolicLink(path).toString()));
        } else if (Files.isRegularFile(path)) {
          file(inside, path);
        }
      }
    }
  }

  /** Bytes of the files whose path begins so, before they are compressed. */
  long size(String beginning) throws IOException {
    long size = 0;
    for (Map.Entry<String, Entry> entry : entries.entrySet()) {
      if (entry.getKey().startsWith(beginning)) {
        size +=
            switch (entry.getValue()) {
              case Copy copy -> Files.size(copy.source);
              case Text text -> text.content.length();
              case Link _ -> 0;
            };
      }
    }
    return size;
  }

  /** Writes all of it below one folder. */
  void write(String folder, TarWriter tar) throws IOException {
    for (Map.Entry<String, Entry> entry : entries.entrySet()) {
      String name = folder + "/" + entry.getKey();
      switch (entry.getValue()) {
        case Copy copy -> tar.file(name, copy.source, copy.executable);
        case Text text -> tar.text(name, text.content);
        case Link link -> tar.link(name, link.target);
      }
    }
  }
}
