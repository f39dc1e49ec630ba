package fastvit4j.model.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import fastvit4j.model.UserException;
import fastvit4j.model.tensor.DType;
import fastvit4j.model.tensor.Tensor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsReaderTest {
  private static final String SMALL =
      """
      {"__metadata__":{"format":"pt"},
       "b":{"dtype":"F32","shape":[1,2],"data_offsets":[2,10]},
       "a":{"dtype":"BF16","shape":[],"data_offsets":[0,2]},
       "none":{"dtype":"I64","shape":[0,7],"data_offsets":[10,10]}}\
      """;

  @TempDir Path directory;

  @Test
  void readsWhatTheFormatAllows() {
    TensorFile file = RawFile.read(RawFile.of(SMALL, 10));
    assertEquals("file.safetensors", file.name());
    assertEquals("safetensors", file.format());
    assertEquals(Map.of("format", "pt"), file.metadata());
    assertEquals(List.of("b", "a", "none"), List.copyOf(file.tensors().keySet()));
    Tensor b = file.tensors().get("b");
    assertArrayEquals(new int[] {1, 2}, b.shape());
    assertEquals(Float.intBitsToFloat(0x05040302), b.getFloat(0));
    assertEquals(Float.intBitsToFloat(0x09080706), b.getFloat(1));
    assertEquals(Float.intBitsToFloat(0x01000000), file.tensors().get("a").getFloat(0));
    assertEquals(0, file.tensors().get("none").elements());
    assertThrows(UnsupportedOperationException.class, () -> file.tensors().clear());
    file.close();
  }

  @Test
  void readsAFileOfNothing() {
    assertTrue(RawFile.read(RawFile.of("{}", 0)).tensors().isEmpty());
    assertTrue(RawFile.read(RawFile.of("{\"__metadata__\":null}", 0)).metadata().isEmpty());
  }

  /** Header, bytes of data, and what the message says. */
  @ParameterizedTest
  @MethodSource("wrongHeaders")
  void refusesAWrongHeader(String header, int data, String message) {
    assertRefused(RawFile.of(header, data), message);
  }

  static List<Arguments> wrongHeaders() {
    return List.of(
        wrong("[]", 0, "not a JSON object"),
        wrong("  {}", 0, "not a JSON object"),
        wrong("{\"a\":1", 0, "not the JSON"),
        wrong("{} {}", 0, "something follows"),
        wrong("{\"a\":" + "[".repeat(5000) + "]".repeat(5000) + "}", 0, "nested more than 32 deep"),
        wrong("{\"" + "a".repeat(5000) + "\":{}}", 0, "not the JSON"),
        wrong("{%s,%s}".formatted(entry("a", 0, 4), entry("a", 4, 8)), 8, "twice"),
        wrong("{\"a\":{\"dtype\":\"U8\",\"dtype\":\"U8\"}}", 0, "twice"),
        wrong("{\"__metadata__\":[]}", 0, "__metadata__ is not a JSON object"),
        wrong("{\"__metadata__\":{\"a\":1}}", 0, "other than texts"),
        wrong("{\"a\":7}", 0, "tensor a is not described"),
        wrong("{\"a\":{}}", 0, "tensor a has no dtype"),
        wrong(
            "{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[1],\"data_offsets\":[0,1]}}",
            1,
            "tensor a has the type F8_E4M3, which is not supported; store it as one of [F64, F32,"),
        wrong("{\"a\":{\"dtype\":\"f32\"}}", 0, "not supported"),
        wrong("{\"a\":{\"dtype\":3}}", 0, "no dtype"),
        wrong("{\"a\":{\"dtype\":\"U8\",\"data_offsets\":[0,1]}}", 1, "no shape"),
        wrong(shaped("[-1]", 0, 1), 1, "extent"),
        wrong(shaped("[1.5]", 0, 1), 1, "extent"),
        wrong(shaped("[\"1\"]", 0, 1), 1, "extent"),
        wrong(shaped("[null]", 0, 1), 1, "extent"),
        wrong(shaped("[4294967296]", 0, 1), 1, "extent"),
        wrong(shaped("[99999999999999999999]", 0, 1), 1, "extent"),
        wrong(shaped("[" + "1,".repeat(20) + "1]", 0, 1), 1, "more than 16 dimensions"),
        wrong(shaped("[2147483647,2147483647,2147483647]", 0, 1), 1, "larger than any file"),
        wrong(shaped("[3]", 0, 2), 2, "has 2 bytes, but U8 [3] takes 3"),
        wrong(shaped("[2]", 0, 3), 3, "has 3 bytes, but U8 [2] takes 2"),
        wrong(shaped("[2]", -1, 1), 1, "no data_offsets"),
        wrong(shaped("[2]", 3, 1), 3, "no data_offsets"),
        wrong("{\"a\":{\"dtype\":\"U8\",\"shape\":[1]}}", 1, "no data_offsets"),
        wrong(
            "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1,2]}}",
            1,
            "no data_offsets"),
        wrong(
            "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1.0]}}",
            1,
            "no data_offsets"),
        wrong(
            "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,18446744073709551617]}}",
            1,
            "no data_offsets"),
        wrong(shaped("[2]", 0, 2), 1, "ends at byte 2 of the data, which has only 1"),
        wrong(shaped("[1]", 1000, 1001), 1001, "tensor a leaves a gap before it at byte 1000"),
        wrong(shaped("[2]", 0, 2), 5, "3 bytes after its last tensor"),
        wrong("{%s,%s}".formatted(entry("a", 0, 4), entry("b", 3, 7)), 7, "b overlaps another"),
        wrong("{%s,%s}".formatted(entry("a", 0, 4), entry("b", 0, 4)), 4, "b overlaps another"),
        wrong("{%s,%s}".formatted(entry("a", 0, 4), entry("b", 5, 9)), 9, "b leaves a gap"),
        wrong("{%s}".formatted(entry("line\\nbreak\\u001b", 0, 4)), 3, "tensor line break? ends"));
  }

  private static Arguments wrong(String header, int data, String message) {
    return Arguments.of(header, data, message);
  }

  private static String shaped(String shape, long begin, long end) {
    return "{\"a\":{\"dtype\":\"U8\",\"shape\":%s,\"data_offsets\":[%d,%d]}}"
        .formatted(shape, begin, end);
  }

  private static String entry(String name, long begin, long end) {
    return "\"%s\":{\"dtype\":\"U8\",\"shape\":[%d],\"data_offsets\":[%d,%d]}"
        .formatted(name, end - begin, begin, end);
  }

  @ParameterizedTest
  @CsvSource({
    "-1, 'claims a header of 18446744073709551615 bytes'",
    "-9223372036854775808, 'claims a header of 9223372036854775808 bytes'",
    "9223372036854775807, 'claims a header of 9223372036854775807 bytes'",
    "100000001, 'claims a header of 100000001 bytes, more than 100000000'",
    "100000000, 'goes past its end at 10 bytes'",
    "3, 'goes past its end'",
    "1, 'not the JSON'",
    "0, 'not a JSON object'"
  })
  void refusesAWrongHeaderLength(long length, String message) {
    assertRefused(RawFile.of(length, "{}".getBytes(StandardCharsets.UTF_8), 0), message);
  }

  /** What stands for bytes that cannot be decoded may also be meant. */
  @Test
  void acceptsAReplacementCharacter() {
    String header = "{" + entry("\ufffd", 0, 1) + "}";
    byte[] file = RawFile.of(header, 1);
    assertEquals(List.of("\ufffd"), List.copyOf(RawFile.read(file).tensors().keySet()));
  }

  @Test
  void refusesOtherEncodingsThanUtf8() {
    byte[] latin = "{\"gr\u00f6sse\":{}}".getBytes(StandardCharsets.ISO_8859_1);
    assertRefused(RawFile.of(latin.length, latin, 0), "not UTF-8");
    byte[] wide = "{\"a\":{}}".getBytes(StandardCharsets.UTF_16LE);
    assertRefused(RawFile.of(wide.length, wide, 0), "not the JSON");
  }

  @Test
  void readsLengthsThatLookLikeOtherFormats() {
    // 0x8b1f = 35615 and 0x0280 = 640 are how files of gzip and pickles begin.
    for (int length : new int[] {35615, 640, '{', 0x227b}) {
      String header = "{}" + " ".repeat(length - 2);
      assertTrue(RawFile.read(RawFile.of(header, 0)).tensors().isEmpty());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "89504e470d0a1a0a0000000d49484452 | a PNG image",
        "ffd8ffe000104a46494600010100 | a JPEG image",
        "504b03041400000808000000 | no intact zip archive",
        "8002 8a0a6cfc9c46f920 | a pickle",
        "1f8b0800000000000003 | gzip",
        "3c21444f43545950452068746d6c3e | an HTML page",
        "76657273696f6e2068747470733a2f2f6769742d6c66732e6769746875622e636f6d | git lfs pull",
        "7b22617263686974656374757265223a | a JSON text",
        "89504e470d0a1a0a | a PNG image"
      })
  void namesWhatTheFileIsInstead(String hex, String kind) {
    byte[] start = HexFormat.of().parseHex(hex.replace(" ", ""));
    assertRefused(start, kind);
    byte[] longer = Arrays.copyOf(start, 5000);
    assertRefused(longer, kind);
  }

  @Test
  void namesMissingEmptyAndOtherFiles() throws IOException {
    assertRefused(directory.resolve("missing.safetensors"), "there is no such file");
    assertRefused(directory, "is a directory");
    Path empty = Files.createFile(directory.resolve("empty.safetensors"));
    assertRefused(empty, "is empty");
    Path locked = Files.write(directory.resolve("locked.safetensors"), RawFile.of("{}", 0));
    Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("---------"));
    if (!Files.isReadable(locked)) {
      assertRefused(locked, "permission denied");
    }
    Path device = Path.of("/dev/zero");
    if (Files.exists(device)) {
      assertRefused(device, "no regular file");
    }
    assertRefused(Files.createSymbolicLink(directory.resolve("x"), Path.of("x")), "cannot be read");
  }

  @Test
  void mapsAFileUntilItIsClosed() throws IOException {
    Path path = Files.write(directory.resolve("small.safetensors"), RawFile.of(SMALL, 10));
    TensorFile file = TensorFile.open(path);
    Tensor b = file.tensors().get("b");
    assertEquals(Float.intBitsToFloat(0x05040302), b.getFloat(0));
    file.close();
    file.close();
    assertThrows(IllegalStateException.class, () -> b.getFloat(0));
  }

  @Test
  void refusesAFileCutAtAnyByte() throws IOException {
    byte[] whole = RawFile.of(SMALL, 10);
    Path path = directory.resolve("cut.safetensors");
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      CheckpointException inMemory =
          assertThrows(CheckpointException.class, () -> RawFile.read(cut), "cut at " + length);
      assertOneLine(inMemory);
      Files.write(path, cut);
      assertThrows(CheckpointException.class, () -> TensorFile.open(path), "cut at " + length);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void damagedHeadersAreReadOrRefused(long seed) {
    Random random = new Random(seed);
    byte[] whole = RawFile.of(SMALL, 10);
    int refused = 0;
    for (int round = 0; round < 5000; round++) {
      byte[] damaged = whole.clone();
      for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
        damaged[random.nextInt(whole.length - 10)] = (byte) random.nextInt(256);
      }
      try {
        TensorFile file = RawFile.read(damaged);
        for (Tensor tensor : file.tensors().values()) {
          assertEquals(tensor.elements(), tensor.toDoubles().length);
        }
      } catch (CheckpointException e) {
        assertOneLine(e);
        refused++;
      }
    }
    assertTrue(refused > 1000, refused + " refused");
  }

  @Test
  void requiresATensorOfATypeAndRank() {
    TensorFile file = RawFile.read(RawFile.of(SMALL, 10));
    assertEquals("b", file.require("b", DType.F32, 2).name());
    CheckpointException missing =
        assertThrows(CheckpointException.class, () -> file.require("input", DType.F32, 4));
    assertEquals(
        "file.safetensors: there is no tensor 'input'; it has b, a, none", missing.getMessage());
    CheckpointException rank =
        assertThrows(CheckpointException.class, () -> file.require("b", DType.F32, 4));
    assertTrue(rank.getMessage().contains("b F32 [1, 2] must be F32 with 4 dimensions"));
    assertThrows(CheckpointException.class, () -> file.require("a", DType.F32, 0));
    TensorFile nothing = RawFile.read(RawFile.of("{}", 0));
    CheckpointException none =
        assertThrows(CheckpointException.class, () -> nothing.require("input", DType.F32, 4));
    assertTrue(none.getMessage().endsWith("it has no tensors"));
  }

  @Test
  void aFileThatShrinksWhileMappedIsAnErrorNotACrash() throws IOException {
    assumeTrue(
        System.getProperty("os.name").contains("Linux"), "other systems lock or copy mapped files");
    Path path = directory.resolve("shrinking.safetensors");
    int bytes = 1 << 20;
    Files.write(
        path,
        RawFile.of(
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[%d],\"data_offsets\":[0,%d]}}"
                .formatted(bytes / 4, bytes),
            bytes));
    try (TensorFile file = TensorFile.open(path)) {
      try (RandomAccessFile shorter = new RandomAccessFile(path.toFile(), "rw")) {
        shorter.setLength(4096);
      }
      Tensor tensor = file.tensors().get("a");
      CheckpointException scanned =
          assertThrows(
              CheckpointException.class,
              () -> FileMapping.reading(file.name(), () -> NonFinite.count(List.of(tensor))));
      assertTrue(scanned.getMessage().contains("changed or became unreadable"));
      Path copy = directory.resolve("copy.safetensors");
      CheckpointException written =
          assertThrows(
              CheckpointException.class,
              () -> SafetensorsWriter.write(copy, List.of(tensor), Map.of()));
      assertTrue(written.getMessage().contains("changed meanwhile"), written.getMessage());
      assertFalse(Files.exists(copy));
    }
  }

  private static void assertRefused(byte[] file, String message) {
    CheckpointException e =
        assertThrows(
            CheckpointException.class,
            () -> TensorFile.of("file.safetensors", MemorySegment.ofArray(file)));
    assertTrue(e.getMessage().startsWith("file.safetensors: "), e.getMessage());
    assertTrue(e.getMessage().contains(message), e.getMessage());
    assertOneLine(e);
  }

  private static void assertRefused(Path file, String message) {
    CheckpointException e = assertThrows(CheckpointException.class, () -> TensorFile.open(file));
    assertTrue(e.getMessage().startsWith(file + ": "), e.getMessage());
    assertTrue(e.getMessage().contains(message), e.getMessage());
    assertOneLine(e);
  }

  private static void assertOneLine(UserException e) {
    assertFalse(e.getMessage().contains("\n"), e.getMessage());
    assertTrue(e.getMessage().length() < 400, e.getMessage());
  }
}
