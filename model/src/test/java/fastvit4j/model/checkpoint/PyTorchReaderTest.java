package fastvit4j.model.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.tensor.DType;
import fastvit4j.model.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that PyTorch itself wrote. */
class PyTorchReaderTest {
  private static final double[] BASE = {-3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8};

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"dtypes.pth", "deflated.pth", "big_endian.pth"})
  void readsEveryElementType(String name) {
    TensorFile file = PyTorchFiles.read(name);
    assertEquals("PyTorch", file.format());
    List<String> names =
        Arrays.stream(DType.values()).map(type -> type.name().toLowerCase(Locale.ROOT)).toList();
    assertEquals(names, List.copyOf(file.tensors().keySet()));
    for (DType dtype : DType.values()) {
      Tensor tensor = file.tensors().get(dtype.name().toLowerCase(Locale.ROOT));
      assertEquals(dtype, tensor.dtype());
      assertArrayEquals(new int[] {3, 4}, tensor.shape());
      double[] expected = BASE.clone();
      if (dtype == DType.U8) {
        Arrays.setAll(expected, i -> i);
      }
      assertArrayEquals(expected, tensor.toDoubles(), dtype.name());
    }
  }

  @Test
  void readsViewsThatShareAStorage() {
    TensorFile file = PyTorchFiles.read("views.pt");
    assertView(file, "whole", BASE, 3, 4);
    assertView(file, "transposed", new double[] {-3, 1, 5, -2, 2, 6, -1, 3, 7, 0, 4, 8}, 4, 3);
    assertView(file, "row", new double[] {1, 2, 3, 4}, 4);
    assertView(file, "column", new double[] {-1, 3, 7}, 3);
    assertView(file, "steps", new double[] {-2, 0, 6, 8}, 2, 2);
    assertView(file, "expanded", new double[] {8, 8, 8, 8, 8, 8}, 2, 3);
    assertView(file, "scalar", new double[] {2});
    assertView(file, "empty", new double[0], 0, 4);
    assertView(file, "parameter", BASE, 3, 4);
    double[] counted = new double[24];
    Arrays.setAll(counted, i -> i);
    assertView(file, "channels_last", counted, 1, 2, 3, 4);
  }

  private static void assertView(TensorFile file, String name, double[] expected, int... shape) {
    Tensor tensor = file.tensors().get(name);
    assertArrayEquals(shape, tensor.shape(), name);
    assertArrayEquals(expected, tensor.toDoubles(), name);
  }

  /** The transpose of [3, 4], for elements of each width. */
  @ParameterizedTest
  @CsvSource({
    "DoubleStorage, 8",
    "FloatStorage, 4",
    "HalfStorage, 2",
    "BFloat16Storage, 2",
    "LongStorage, 8",
    "IntStorage, 4",
    "ByteStorage, 1"
  })
  void copiesViewsOfEveryWidth(String type, int width) {
    RawPickle pickle = new RawPickle().begin().text("w").beginTensor();
    pickle.storage(type, "0", 12).whole(0).tuple(4, 3).tuple(1, 4).endTensor().end();
    byte[] storage = new byte[12 * width];
    new Random(width).nextBytes(storage);
    byte[] file = RawZip.of(pickle.stop(), storage).build();
    byte[] copy = PyTorchFiles.read(file).tensors().get("w").data().toArray(ValueLayout.JAVA_BYTE);
    for (int i = 0; i < 12; i++) {
      int from = (i % 3 * 4 + i / 3) * width;
      assertArrayEquals(
          Arrays.copyOfRange(storage, from, from + width),
          Arrays.copyOfRange(copy, i * width, (i + 1) * width),
          "element " + i);
    }
  }

  @Test
  void sharesMemoryWhereAViewIsContiguous() throws IOException {
    Path path = Files.write(directory.resolve("views.pt"), PyTorchFiles.bytes("views.pt"));
    TensorFile file = TensorFile.open(path);
    Tensor whole = file.tensors().get("whole");
    Tensor row = file.tensors().get("row");
    assertEquals(whole.data().address() + 16, row.data().address());
    assertTrue(whole.data().isMapped());
    file.close();
    assertThrows(IllegalStateException.class, () -> row.getDouble(0));
  }

  @Test
  void findsTheWeightsInATrainingCheckpoint() {
    TensorFile file = PyTorchFiles.read("training.pth.tar");
    List<String> names = List.copyOf(file.tensors().keySet());
    assertEquals(
        List.of(
            "conv.weight",
            "conv.bias",
            "bn.weight",
            "bn.bias",
            "bn.running_mean",
            "bn.running_var",
            "bn.num_batches_tracked"),
        names);
    assertEquals(DType.I64, file.tensors().get("bn.num_batches_tracked").dtype());
    assertEquals(1, file.tensors().get("bn.num_batches_tracked").getDouble(0));
    assertEquals(
        Map.of(
            "epoch", "7",
            "arch", "tiny",
            "metric", "81.25",
            "resumed", "false",
            "weights", "state_dict"),
        file.metadata());
  }

  @Test
  void prefersTheMovingAverageToAModel() {
    TensorFile file = PyTorchFiles.read("ema_only.pth");
    assertEquals(List.of("w"), List.copyOf(file.tensors().keySet()));
    assertEquals(Map.of("weights", "state_dict_ema"), file.metadata());
  }

  @Test
  void removesThePrefixOfParallelTraining() {
    TensorFile file = PyTorchFiles.read("parallel.pth");
    assertEquals(7, file.tensors().size());
    assertTrue(file.tensors().containsKey("conv.weight"));
    assertEquals("conv.weight", file.tensors().get("conv.weight").name());
  }

  @Test
  void readsAFileWithoutChecksums() {
    assertView(PyTorchFiles.read("no_checksums.pth"), "w", BASE, 3, 4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "protocol4.pth | is pickled with protocol 4, not 2; save it again",
        "legacy.pth | a pickle, as torch.save wrote before PyTorch 1.6 (in Python, save it again:",
        "whole_module.pth | needs __main__.Network, which no state dictionary is made of",
        "tensor_only.pth | holds no state dictionary: it holds no dictionary; in Python, save one",
        "script.pt | is a TorchScript archive, a program; in Python, save its weights"
      })
  void saysHowToSaveOthersAgain(String name, String message) {
    PyTorchFiles.assertRefused(PyTorchFiles.bytes(name), message);
  }

  /** The file's entries have checksums, so that only damage to what nobody reads goes unnoticed. */
  @Test
  void refusesAFileThatIsCutAnywhere() {
    byte[] whole = PyTorchFiles.bytes("views.pt");
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      CheckpointException e =
          assertThrows(CheckpointException.class, () -> PyTorchFiles.read(cut), length + " bytes");
      PyTorchFiles.assertOneLine(e);
    }
  }
}
