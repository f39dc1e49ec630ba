package fastvit4j.model.checkpoint;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** What a file really is, by its first bytes: for the message about one that is no checkpoint. */
final class FileKind {
  private record Signature(String start, String description) {}

  private static final List<Signature> SIGNATURES =
      List.of(
          new Signature("\u0089PNG\r\n\u001a\n", "a PNG image"),
          new Signature("\u00ff\u00d8\u00ff", "a JPEG image"),
          new Signature("GIF8", "a GIF image"),
          new Signature("RIFF", "a RIFF file (WebP, WAV)"),
          new Signature("PK\u0003\u0004", "a zip archive, as torch.save writes"),
          new Signature(
              "\u0080\u0002",
              "a pickle, as torch.save wrote before PyTorch 1.6 (in Python, save it again:"
                  + " torch.save(torch.load(FILE), OTHER))"),
          new Signature("\u001f\u008b", "compressed by gzip"),
          new Signature("(\u00b5/\u00fd", "compressed by zstd"),
          new Signature("\u0089HDF\r\n\u001a\n", "an HDF5 file"),
          new Signature("GGUF", "a GGUF file"),
          new Signature("\u0093NUMPY", "a NumPy array"),
          new Signature("%PDF", "a PDF document"),
          new Signature(
              "version https://git-lfs", "a Git LFS pointer: run 'git lfs pull' to get the file"),
          new Signature("<!DOCTYPE", "an HTML page, perhaps a failed download"),
          new Signature("<html", "an HTML page, perhaps a failed download"),
          new Signature("{", "a JSON text"));

  private FileKind() {}

  /** For example {@code a PNG image}; empty if nothing is known about such a start. */
  static Optional<String> of(MemorySegment bytes) {
    return SIGNATURES.stream()
        .filter(signature -> startsWith(bytes, signature.start))
        .map(Signature::description)
        .findFirst();
  }

  private static boolean startsWith(MemorySegment bytes, String start) {
    byte[] expected = start.getBytes(StandardCharsets.ISO_8859_1);
    if (bytes.byteSize() < expected.length) {
      return false;
    }
    for (int i = 0; i < expected.length; i++) {
      if (bytes.get(ValueLayout.JAVA_BYTE, i) != expected[i]) {
        return false;
      }
    }
    return true;
  }
}
