package fastvit4j.model.checkpoint;

import static fastvit4j.model.checkpoint.PyTorchFiles.assertOneLine;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.tensor.Tensor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Files that grow, are replaced or are rewritten while they are open ({@link VanishingFileTest}:
 * that shrink).
 */
class ChangingFileTest {
  private static final int ELEMENTS = 12;
  private static final int ROUNDS = 1500;
  private static final long LONGEST_NANOS = 60_000_000_000L;

  @TempDir Path directory;

  /** The ways of keeping a tensor {@code w} of 12 float32 numbers. */
  enum Format {
    SAFETENSORS {
      @Override
      byte[] file(byte[] elements) {
        String header =
            "{\"__metadata__\":{\"k\":\"\u00e4\u20ac\"},\"w\":{\"dtype\":\"F32\",\"shape\":[3,4],\"data_offsets\":[0,48]}}";
        byte[] file = RawFile.of(header, elements.length);
        System.arraycopy(elements, 0, file, file.length - elements.length, elements.length);
        return file;
      }
    },

    STORED {
      @Override
      byte[] file(byte[] elements) {
        return RawZip.of(pickle(), elements).build();
      }
    },

    DEFLATED {
      @Override
      byte[] file(byte[] elements) {
        RawZip zip = new RawZip();
        zip.deflated("x/data.pkl", pickle());
        zip.deflated("x/byteorder", "big".getBytes(StandardCharsets.UTF_8));
        zip.deflated("x/data/0", elements);
        return zip.build();
      }
    };

    abstract byte[] file(byte[] elements);

    static byte[] pickle() {
      RawPickle pickle = new RawPickle().begin().text("w").beginTensor();
      pickle.storage("FloatStorage", "0", ELEMENTS).whole(0).tuple(3, 4).tuple(4, 1);
      return pickle.endTensor().text("n").whole(3).end().stop();
    }
  }

  private static byte[] elements(int seed) {
    byte[] elements = new byte[4 * ELEMENTS];
    new Random(seed).nextBytes(elements);
    return elements;
  }

  private static float[] floats(Path path) {
    try (TensorFile file = TensorFile.open(path)) {
      return file.tensors().get("w").toFloats();
    }
  }

  @DisplayName("what comes behind an open file's end is not part of it")
  @ParameterizedTest
  @EnumSource
  void growing(Format format) throws IOException {
    Path path = Files.write(directory.resolve("file"), format.file(elements(1)));
    float[] before = floats(path);
    try (TensorFile file = TensorFile.open(path)) {
      Files.write(path, new byte[100_000], StandardOpenOption.APPEND);
      assertArrayEquals(before, file.tensors().get("w").toFloats());
    }
    assertThrows(CheckpointException.class, () -> floats(path));
  }

  @DisplayName("an open file stays what it was when another takes its name")
  @ParameterizedTest
  @EnumSource
  void replaced(Format format) throws IOException {
    Path path = Files.write(directory.resolve("file"), format.file(elements(1)));
    Path other = Files.write(directory.resolve("other"), format.file(elements(2)));
    float[] first = floats(path);
    float[] second = floats(other);
    try (TensorFile file = TensorFile.open(path)) {
      Files.move(other, path, StandardCopyOption.REPLACE_EXISTING);
      assertArrayEquals(first, file.tensors().get("w").toFloats());
    }
    assertArrayEquals(second, floats(path));
  }

  @DisplayName("elements that were rewritten in an open archive do not have their checksum")
  @ParameterizedTest
  @EnumSource(names = {"STORED", "DEFLATED"})
  void rewritten(Format format) throws IOException {
    byte[] original = format.file(elements(1));
    Path path = Files.write(directory.resolve("file.pth"), original);
    try (TensorFile file = TensorFile.open(path)) {
      try (RandomAccessFile rewrite = new RandomAccessFile(path.toFile(), "rw")) {
        rewrite.write(format.file(elements(2)));
      }
      Tensor tensor = file.tensors().get("w");
      CheckpointException e = assertThrows(CheckpointException.class, tensor::toFloats);
      assertTrue(e.getMessage().contains("x/data/0"), e.getMessage());
      assertEquals(1, e.getMessage().lines().count(), e.getMessage());
    }
  }

  /**
   * Bytes become others and themselves again at any moment, so that what is read twice is seldom
   * the same: a size that was checked must be the size that is used.
   */
  @DisplayName("a file that is rewritten meanwhile is read or refused")
  @ParameterizedTest
  @EnumSource
  void rewrittenAllTheTime(Format format) throws InterruptedException {
    byte[] original = format.file(elements(1));
    AtomicBoolean done = new AtomicBoolean();
    try (Arena arena = Arena.ofShared()) {
      MemorySegment bytes = arena.allocate(original.length);
      MemorySegment.copy(original, 0, bytes, ValueLayout.JAVA_BYTE, 0, original.length);
      Thread writer = Thread.ofPlatform().start(() -> rewrite(bytes, original, done));
      int refused = 0;
      long end = System.nanoTime() + LONGEST_NANOS;
      try {
        // On a busy machine the writer may have to wait for a processor.
        for (int round = 0;
            round < ROUNDS || (refused <= ROUNDS / 100 && System.nanoTime() < end);
            round++) {
          refused += refuses(bytes) ? 1 : 0;
        }
      } finally {
        done.set(true);
        writer.join();
      }
      assertTrue(refused > ROUNDS / 100, "it was changed in time: " + refused);
      assertFalse(refuses(bytes), "it is as it was");
    }
  }

  private static void rewrite(MemorySegment bytes, byte[] original, AtomicBoolean done) {
    Random random = new Random(3);
    while (!done.get()) {
      int at = random.nextInt(original.length);
      byte other = (byte) random.nextInt(256);
      for (int i = 0; i < 40; i++) {
        bytes.set(ValueLayout.JAVA_BYTE, at, i % 2 == 0 ? other : original[at]);
        Thread.onSpinWait();
      }
    }
  }

  private static boolean refuses(MemorySegment bytes) {
    try {
      TensorFile.of("file.pth", bytes).tensors().values().forEach(Tensor::toFloats);
      return false;
    } catch (CheckpointException e) {
      assertOneLine(e);
      return true;
    }
  }
}
