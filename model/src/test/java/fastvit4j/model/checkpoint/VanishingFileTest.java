package fastvit4j.model.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import fastvit4j.model.UserException;
import fastvit4j.model.tensor.Tensor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files that become shorter while they are mapped. Repeated, so that the readers are interpreted in
 * the first rounds and compiled in the last: a fault surfaces at another place then.
 */
class VanishingFileTest {
  private static final int ROUNDS = 12;
  private static final int ELEMENTS = 1 << 18;

  @TempDir Path directory;

  @BeforeEach
  void needsLinux() {
    assumeTrue(
        System.getProperty("os.name").contains("Linux"), "other systems lock or copy mapped files");
  }

  /** The elements are read by native code: of the checksum, and of the inflater. */
  @RepeatedTest(ROUNDS)
  void aStorageThatVanishesIsRefused() throws IOException {
    byte[] storage = new byte[4 * ELEMENTS];
    new Random(1).nextBytes(storage);
    byte[] pickle = pickle("FloatStorage", 4, 1);
    byte[] transposed = pickle("FloatStorage", 1, ELEMENTS / 4);
    RawZip stored = RawZip.of(pickle, storage);
    RawZip deflated = new RawZip();
    deflated.add("x/data.pkl", pickle);
    deflated.deflated("x/data/0", storage);
    RawZip strided = RawZip.of(transposed, storage);
    for (RawZip zip : List.of(stored, deflated, strided)) {
      vanish("file.pth", zip.build(), tensor -> tensor.data().get(ValueLayout.JAVA_BYTE, 0));
    }
  }

  private static byte[] pickle(String storage, int... strides) {
    RawPickle pickle = new RawPickle().begin().text("w").beginTensor();
    pickle.storage(storage, "0", ELEMENTS).whole(0).tuple(ELEMENTS / 4, 4).tuple(strides);
    return pickle.endTensor().end().stop();
  }

  @RepeatedTest(ROUNDS)
  void aTensorThatVanishesIsRefused() throws IOException {
    for (String type : List.of("F32", "F16", "F64")) {
      int width = Integer.parseInt(type.substring(1)) / 8;
      byte[] file = RawFile.of(header(type, width), ELEMENTS * width);
      vanish("file.safetensors", file, Tensor::toFloats);
      vanish("file.safetensors", file, Tensor::toDoubles);
    }
  }

  private static String header(String type, int width) {
    return "{\"w\":{\"dtype\":\"%s\",\"shape\":[%d],\"data_offsets\":[0,%d]}}"
        .formatted(type, ELEMENTS, ELEMENTS * width);
  }

  @RepeatedTest(ROUNDS)
  void aCopyOfWhatVanishesIsNotWritten() throws IOException {
    Path copy = directory.resolve("copy.safetensors");
    byte[] file = RawFile.of(header("F64", 8), ELEMENTS * 8);
    vanish("file.safetensors", file, t -> SafetensorsWriter.write(copy, List.of(t), Map.of()));
    assertFalse(Files.exists(copy));
  }

  private void vanish(String name, byte[] bytes, Consumer<Tensor> use) throws IOException {
    Path path = Files.write(directory.resolve(name), bytes);
    try (TensorFile file = TensorFile.open(path)) {
      try (RandomAccessFile shorter = new RandomAccessFile(path.toFile(), "rw")) {
        shorter.setLength(4096);
      }
      Tensor tensor = file.tensors().get("w");
      UserException e = assertThrows(UserException.class, () -> use.accept(tensor));
      assertTrue(e.getMessage().contains("changed"), e.getMessage());
      assertEquals(1, e.getMessage().lines().count(), e.getMessage());
    }
  }
}
