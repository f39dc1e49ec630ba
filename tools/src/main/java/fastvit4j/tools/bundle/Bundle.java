package fastvit4j.tools.bundle;

import fastvit4j.model.UserException;
import fastvit4j.model.io.AtomicFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.spi.ToolProvider;
import java.util.zip.GZIPOutputStream;

/**
 * An archive that runs on a machine with a driver and nothing else: {@code bin/fastvit}, {@code
 * lib} with our jars, {@code runtime} with a Java, and {@code sdk} for a TornadoVM SDK.
 */
public final class Bundle {
  private static final List<String> ENDINGS = List.of(".tar.gz", ".tgz");
  private static final int BUFFER = 1 << 16;

  private final Path target;
  private final String folder;
  private final SdkFiles sdk;
  private final Installation installation;
  private final ToolProvider jlink;

  /**
   * Checks what there is to make it of; writes nothing.
   *
   * @param target the archive, a {@code .tar.gz} or {@code .tgz}
   * @param sdk the folder of a TornadoVM SDK to copy in, or null
   * @throws UserException if the name has another ending, if this JVM has no jlink or does not run
   *     from our jars, or if the folder is no SDK for it
   */
  public Bundle(Path target, Path sdk) {
    this.target = target;
    this.folder = folder(target);
    this.sdk = sdk == null ? null : new SdkFiles(sdk);
    this.installation = Installation.current();
    this.jlink = RuntimeImage.jlink();
  }

  /** The archive's name without its ending: the folder that it unpacks to. */
  private static String folder(Path target) {
    String name = String.valueOf(target.getFileName());
    return ENDINGS.stream()
        .filter(ending -> name.endsWith(ending) && name.length() > ending.length())
        .map(ending -> name.substring(0, name.length() - ending.length()))
        .findFirst()
        .orElseThrow(
            () ->
                new UserException(
                    target + " is no name for the archive: give one that ends in .tar.gz"));
  }

  /** The version of TornadoVM that goes in, or null. */
  public String tornadoVersion() {
    return sdk == null ? null : sdk.version();
  }

  /**
   * Writes the archive, whole or not at all.
   *
   * @return bytes of its parts as they are unpacked, by the part's name
   * @throws UserException if it cannot be written, or jlink fails
   */
  public Map<String, Long> write() {
    Map<String, Long> sizes = new LinkedHashMap<>();
    AtomicFile.write(target, channel -> write(channel, sizes));
    return sizes;
  }

  private void write(FileChannel channel, Map<String, Long> sizes) throws IOException {
    try (TemporaryFolder temporary = new TemporaryFolder()) {
      Path image = temporary.path().resolve("runtime");
      RuntimeImage.make(jlink, image);
      Contents contents = new Contents();
      installation.addTo(contents);
      contents.folder("runtime", image);
      contents.text(
          "sdk/README.txt",
          "A TornadoVM SDK goes here (https://www.tornadovm.org), for JDK "
              + Runtime.version().feature()
              + " and this system: unpack its archive\n"
              + "in this folder. bin/fastvit then finds it, before any other.\n");
      if (sdk != null) {
        sdk.addTo(contents, "sdk");
      }
      for (String part : List.of("runtime", "lib", "sdk")) {
        sizes.put(part, contents.size(part + "/"));
      }
      // Not closed: the channel is the caller's.
      GZIPOutputStream compressed =
          new GZIPOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel)), BUFFER);
      TarWriter tar = new TarWriter(compressed, Instant.now().getEpochSecond());
      contents.write(folder, tar);
      tar.finish();
      compressed.finish();
      compressed.flush();
    }
  }

  /** Bytes of the archive. */
  public long archiveSize() throws IOException {
    return Files.size(target);
  }
}
