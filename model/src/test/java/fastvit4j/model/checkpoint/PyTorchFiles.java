package fastvit4j.model.checkpoint;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;

/** Files that PyTorch made (see {@code pytorch/make_files.py}), and refusals of others. */
final class PyTorchFiles {
  private PyTorchFiles() {}

  static byte[] bytes(String name) {
    try (InputStream in = PyTorchFiles.class.getResourceAsStream("/pytorch/" + name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static TensorFile read(String name) {
    return read(bytes(name));
  }

  static TensorFile read(byte[] file) {
    return TensorFile.of("file.pth", MemorySegment.ofArray(file));
  }

  /** Reads all there is. */
  static void readAll(byte[] file) {
    read(file).tensors().values().forEach(t -> assertTrue(t.data().byteSize() == t.byteSize()));
  }

  /** Checks that reading all there is fails with a line that says so. */
  static void assertRefused(byte[] file, String message) {
    CheckpointException e = assertThrows(CheckpointException.class, () -> readAll(file));
    assertTrue(e.getMessage().contains(message), e.getMessage());
    assertOneLine(e);
  }

  static void assertOneLine(CheckpointException e) {
    assertTrue(e.getMessage().startsWith("file.pth: "), e.getMessage());
    assertTrue(e.getMessage().lines().count() == 1, e.getMessage());
    assertTrue(e.getMessage().length() < 400, e.getMessage());
  }
}
