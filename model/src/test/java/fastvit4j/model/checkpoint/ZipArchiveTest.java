package fastvit4j.model.checkpoint;

import static fastvit4j.model.checkpoint.PyTorchFiles.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives that are not what they say. */
class ZipArchiveTest {
  private static final int PICKLE = 0;
  private static final int STORAGE = 2;

  private static RawZip good() {
    byte[] pickle = new RawPickle().begin().text("w").tensor().end().stop();
    return RawZip.of(pickle, new byte[48]);
  }

  @Test
  void readsWhatIsRight() {
    RawZip zip = good();
    PyTorchFiles.readAll(zip.build());
    zip.comment = "a comment".getBytes(StandardCharsets.UTF_8);
    PyTorchFiles.readAll(zip.build());
    zip.zip64 = true;
    zip.entries.forEach(RawZip.Entry::wide);
    PyTorchFiles.readAll(zip.build());
    zip.add("x/folder/", new byte[0]);
    zip.deflated("x/data/unused", new byte[5000]);
    PyTorchFiles.readAll(zip.build());
  }

  @ParameterizedTest
  @MethodSource("lies")
  void refusesALie(String message, Consumer<RawZip> lie) {
    RawZip zip = good();
    lie.accept(zip);
    assertRefused(zip.build(), message);
    assertRefused(zip.build(), "is no intact zip archive");
  }

  static List<Arguments> lies() {
    return List.of(
        storage("is encrypted", e -> e.flags = 1),
        storage("is encrypted", e -> e.flags = 1 << 6),
        storage("is encrypted", e -> e.flags = 1 << 13),
        storage("is compressed by method 12", e -> e.method = 12),
        storage("is stored, but in another number of bytes", e -> e.size = e.localSize = 47),
        storage("is described in two ways", e -> e.localSize = 47),
        storage("is described in two ways", e -> e.localFlags = 8),
        storage("is described in two ways", e -> e.localName = new byte[] {'x'}),
        storage(
            "is described in two ways",
            e -> e.localName = "x/data/1".getBytes(StandardCharsets.UTF_8)),
        storage("is described in two ways", e -> e.header = 0),
        storage("is not within the archive", e -> e.header = 100_000),
        storage("is not within the archive", e -> e.compressed = e.size = e.localSize = 480),
        storage("is not within the archive", e -> e.compressed = e.size = e.localSize = 1L << 31),
        storage("says its size elsewhere, but nowhere", e -> e.size = e.localSize = 0xffffffffL),
        storage("do not have their checksum", e -> e.crc ^= 1),
        storage("do not have their checksum", e -> e.data[47] = 1),
        storage("has 44 bytes, but 12 F32 elements take 48", e -> shorten(e, 44)),
        storage("the storage x/data/0 of tensor w is missing", e -> rename(e, "x/data/00")),
        storage("is neither 'little' nor 'big'", e -> rename(e, "x/byteorder2"), "middle"),
        lie("its directory has another number of entries", z -> z.count = 2),
        lie("its directory has another number of entries", z -> z.count = 4),
        lie("it is one part of a split archive", z -> z.disk = 1),
        lie(
            "it is one part of a split archive",
            z -> {
              z.zip64 = true;
              z.disk = 1;
            }),
        lie("it has two entries x/data/0", z -> z.add("x/data/0", new byte[48])),
        lie("it has two entries x/data.pkl", z -> z.add("x/data.pkl", new byte[48])),
        lie("name that leads elsewhere", z -> z.add("../x", "")),
        lie("name that leads elsewhere", z -> z.add("x/../../etc/passwd", "")),
        lie("name that leads elsewhere", z -> z.add("/etc/passwd", "")),
        lie("name that leads elsewhere", z -> z.add("x\\..\\y", "")),
        lie("name that leads elsewhere", z -> z.add("x/./y", "")),
        lie("name that leads elsewhere", z -> z.add("x//y", "")),
        lie("name that leads elsewhere", z -> z.add("x/\0y", "")),
        lie("name that leads elsewhere", z -> z.add("", "")),
        lie("name is not UTF-8", z -> z.add("xy", "").name[1] = (byte) 0xff),
        lie("overlaps x/data.pkl", ZipArchiveTest::overlap));
  }

  private static Arguments lie(String message, Consumer<RawZip> lie) {
    return Arguments.of(message, lie);
  }

  private static Arguments storage(String message, Consumer<RawZip.Entry> lie) {
    return lie(message, zip -> lie.accept(zip.entries.get(STORAGE)));
  }

  private static Arguments storage(String message, Consumer<RawZip.Entry> lie, String order) {
    return lie(
        message,
        zip -> {
          lie.accept(zip.entries.get(1));
          zip.add("x/byteorder", order);
        });
  }

  private static void shorten(RawZip.Entry entry, int bytes) {
    RawZip.Entry shorter = new RawZip().add("", Arrays.copyOf(entry.data, bytes));
    entry.data = shorter.data;
    entry.crc = shorter.crc;
    entry.size = entry.localSize = entry.compressed = bytes;
  }

  private static void rename(RawZip.Entry entry, String name) {
    entry.name = entry.localName = name.getBytes(StandardCharsets.UTF_8);
  }

  /** A second entry whose header lies in the bytes of the first. */
  private static void overlap(RawZip zip) {
    RawZip inner = new RawZip();
    inner.add("x/inner", new byte[4]);
    RawZip.Entry pickle = zip.entries.get(PICKLE);
    RawZip.Entry outer = new RawZip().add("", inner.build());
    pickle.data = outer.data;
    pickle.crc = outer.crc;
    pickle.size = pickle.localSize = pickle.compressed = outer.size;
    zip.add("x/inner", new byte[4]).header = 30L + pickle.localName.length;
  }

  @Test
  void refusesAnArchiveThatBeginsOrEndsWithSomethingElse() {
    RawZip zip = good();
    zip.before = "PK\3\4 before the rest".getBytes(StandardCharsets.UTF_8);
    byte[] shifted = zip.build();
    PyTorchFiles.readAll(shifted);
    byte[] file = good().build();
    assertRefused(Arrays.copyOf(file, file.length + 1), "at the end of the file, is missing");
    byte[] cut = Arrays.copyOfRange(file, 1, file.length);
    cut[0] = 'P';
    cut[1] = 'K';
    cut[2] = 3;
    cut[3] = 4;
    assertRefused(cut, "its directory is not where it says");
  }

  @ParameterizedTest
  @CsvSource({
    "-1, its directory is not where it says",
    "-2, the end of its directory is not where it says",
    "-3, it says two things about its directory"
  })
  void refusesAContradictoryEnd(int which, String message) {
    RawZip zip = good();
    zip.zip64 = which != -1;
    byte[] file = zip.build();
    int end = file.length - 22;
    switch (which) {
      case -1 -> file[end + 16]++;
      case -2 -> file[end - 12]++;
      default -> file[end + 12]++;
    }
    assertRefused(file, message);
  }

  @Test
  void readsAndRefusesCompressedEntries() {
    byte[] pickle = new RawPickle().begin().text("w").tensor().end().stop();
    for (int wrong = 0; wrong < 6; wrong++) {
      RawZip zip = new RawZip();
      zip.deflated("x/data.pkl", pickle);
      RawZip.Entry storage = zip.deflated("x/data/0", new byte[48]);
      switch (wrong) {
        case 0 -> PyTorchFiles.readAll(zip.build());
        case 1 -> {
          // Compressed bytes of more than the entry says.
          storage.data = new RawZip().deflated("", new byte[480]).data;
          storage.compressed = storage.data.length;
          assertRefused(zip.build(), "x/data/0 inflates to more bytes than it says");
        }
        case 2 -> {
          storage.data = new RawZip().deflated("", new byte[40]).data;
          storage.compressed = storage.data.length;
          assertRefused(zip.build(), "x/data/0 inflates to another number of bytes");
        }
        case 3 -> {
          storage.data = Arrays.copyOf(storage.data, storage.data.length - 1);
          storage.compressed = storage.data.length;
          assertRefused(zip.build(), "ends in the middle of its compressed bytes");
        }
        case 4 -> {
          storage.data[0] = 7;
          assertRefused(zip.build(), "is not compressed as it should be");
        }
        default -> {
          storage.data = Arrays.copyOf(storage.data, storage.data.length + 3);
          storage.compressed = storage.data.length;
          assertRefused(zip.build(), "inflates to another number of bytes");
        }
      }
    }
  }

  /** 200 MB of zeros in 200 KB, at once or in parts. */
  @ParameterizedTest
  @ValueSource(ints = {1, 40})
  void refusesABombBeforeInflatingIt(int parts) {
    byte[] zeros = new byte[200_000_000 / parts];
    RawZip zip = good();
    for (int i = 0; i < parts; i++) {
      zip.deflated("x/data/zeros" + i, zeros);
    }
    assertRefused(zip.build(), "would take more memory than a file of");
  }

  @Test
  void refusesADirectoryOfVeryManyEntries() {
    RawZip zip = good();
    zip.zip64 = true;
    for (int i = 0; i < 70_000; i++) {
      zip.add(Integer.toString(i), new byte[0]);
    }
    assertRefused(zip.build(), "the directory would take more memory");
  }

  @Test
  void needsOnePickle() {
    RawZip zip = good();
    zip.add("y/data.pkl", "");
    assertRefused(zip.build(), "with 2 data.pkl in it");
    RawZip other = new RawZip();
    other.add("x/y/data.pkl", "");
    other.add("data.pkl", "");
    assertRefused(other.build(), "with 0 data.pkl in it");
  }

  /** Damage anywhere is noticed, or does not matter; nothing else is thrown, and nothing hangs. */
  @ParameterizedTest
  @ValueSource(
      strings = {"views.pt", "deflated.pth", "training.pth.tar", "big_endian.pth", "dtypes.pth"})
  void survivesRandomDamage(String name) {
    byte[] whole = PyTorchFiles.bytes(name);
    Random random = new Random(7);
    int refused = 0;
    for (int round = 0; round < 3000; round++) {
      byte[] damaged = whole.clone();
      for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
        damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      }
      refused += refuses(damaged) ? 1 : 0;
    }
    assertTrue(refused > 1000, refused + " refused");
  }

  /** Damage to the pickle that the checksum does not show. */
  @Test
  void survivesRandomPickles() {
    byte[] pickle = new RawPickle().begin().text("w").tensor().text("n").whole(3).end().stop();
    Random random = new Random(8);
    int refused = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] damaged = pickle.clone();
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        damaged[2 + random.nextInt(damaged.length - 2)] = (byte) random.nextInt(256);
      }
      refused += refuses(RawZip.of(damaged, new byte[48]).build()) ? 1 : 0;
    }
    assertTrue(refused > 10_000, refused + " refused");
  }

  private static boolean refuses(byte[] file) {
    try {
      PyTorchFiles.readAll(file);
      return false;
    } catch (CheckpointException e) {
      assertTrue(e.getMessage().startsWith("file.pth: "), e.getMessage());
      assertEquals(1, e.getMessage().lines().count(), e.getMessage());
      return true;
    }
  }

  @Test
  void isNotTakenForASafetensorsFile() {
    // A header of 0x04034b50 bytes begins as an archive does.
    byte[] start = {'P', 'K', 3, 4, 0, 0, 0, 0, '{', '}'};
    CheckpointException e =
        assertThrows(
            CheckpointException.class, () -> TensorFile.of("file", MemorySegment.ofArray(start)));
    assertTrue(e.getMessage().contains("safetensors"), e.getMessage());
  }
}
