package fastvit4j.model.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Small files that would take much memory or time if what they say were believed. */
class PickleBombTest {
  private static final Duration HANGING = Duration.ofSeconds(60);

  /**
   * Two seconds of processor time (a busy machine may take longer), and four times the file and 64
   * MiB of Java's heap; garbage counts too.
   */
  private static void assertCheap(byte[] file, Runnable reading) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    assertTimeoutPreemptively(
        HANGING,
        () -> {
          long bytes = threads.getCurrentThreadAllocatedBytes();
          long start = threads.getCurrentThreadCpuTime();
          reading.run();
          long nanoseconds = threads.getCurrentThreadCpuTime() - start;
          bytes = threads.getCurrentThreadAllocatedBytes() - bytes;
          assertTrue(nanoseconds < 2_000_000_000L, nanoseconds + " ns");
          assertTrue(bytes < 4L * file.length + (64 << 20), bytes + " bytes allocated");
        });
  }

  private static void assertRefusedCheaply(byte[] file, String message) {
    assertCheap(
        file,
        () -> {
          CheckpointException e =
              assertThrows(CheckpointException.class, () -> PyTorchFiles.read(file));
          assertTrue(e.getMessage().contains(message), e.getMessage());
        });
  }

  /** Lists of ten times the list before, 30 times over: 10³⁰ items, if anyone counted. */
  @ParameterizedTest
  @ValueSource(strings = {"list", "tuple", "dict"})
  void survivesABillionLaughs(String kind) {
    RawPickle pickle = new RawPickle().begin().text("state_dict").begin().text("w").tensor().end();
    pickle.text("laughs").text("ha").op(PickleOpcode.BINPUT, 0);
    for (int level = 1; level <= 30; level++) {
      if (kind.equals("list")) {
        pickle.op(PickleOpcode.EMPTY_LIST);
      } else if (kind.equals("dict")) {
        pickle.op(PickleOpcode.EMPTY_DICT);
      }
      pickle.op(PickleOpcode.MARK);
      for (int i = 0; i < 10; i++) {
        pickle.op(PickleOpcode.BINGET, level - 1);
      }
      pickle.op(
          switch (kind) {
            case "list" -> PickleOpcode.APPENDS;
            case "dict" -> PickleOpcode.SETITEMS;
            default -> PickleOpcode.TUPLE;
          });
      pickle.op(PickleOpcode.BINPUT, level);
    }
    byte[] file = pickle.op(PickleOpcode.BINGET, 30).op(PickleOpcode.NONE).end().file();
    assertCheap(file, () -> assertEquals(Set.of("w"), PyTorchFiles.read(file).tensors().keySet()));
  }

  @Test
  void survivesADictionaryThatContainsItself() {
    RawPickle pickle = new RawPickle().op(PickleOpcode.EMPTY_DICT).op(PickleOpcode.BINPUT, 0);
    pickle.op(PickleOpcode.MARK).text("state_dict").op(PickleOpcode.BINGET, 0);
    pickle.op(PickleOpcode.BINGET, 0).op(PickleOpcode.BINGET, 0).text("w").tensor();
    byte[] file = pickle.op(PickleOpcode.SETITEMS).file();
    assertCheap(file, () -> assertEquals(Set.of("w"), PyTorchFiles.read(file).tensors().keySet()));
  }

  /** Millions of the same operation, each of which takes memory. */
  @ParameterizedTest
  @EnumSource(
      value = PickleOpcode.class,
      names = {"NONE", "EMPTY_LIST", "EMPTY_DICT", "EMPTY_TUPLE", "MARK", "BININT1", "BINPUT"})
  void boundsWhatManyOperationsTake(PickleOpcode opcode) {
    RawPickle pickle = new RawPickle().op(PickleOpcode.NONE);
    for (int i = 0; i < 3_000_000; i++) {
      if (opcode == PickleOpcode.BININT1 || opcode == PickleOpcode.BINPUT) {
        pickle.op(opcode, i & 0xff);
      } else {
        pickle.op(opcode);
      }
    }
    String message =
        opcode == PickleOpcode.MARK ? "nested more than 1000 deep" : "would take more memory";
    assertRefusedCheaply(pickle.file(), message);
  }

  @Test
  void boundsWhatIsRemembered() {
    RawPickle pickle = new RawPickle().op(PickleOpcode.NONE);
    for (int i = 0; i < 1_000_000; i++) {
      pickle.int32(PickleOpcode.LONG_BINPUT, i * 7919);
    }
    assertRefusedCheaply(pickle.file(), "would take more memory");
  }

  /** Many calls that copy one long list. */
  @Test
  void boundsWhatCallsCopy() {
    RawPickle pickle = new RawPickle().op(PickleOpcode.EMPTY_LIST).op(PickleOpcode.BINPUT, 0);
    pickle.op(PickleOpcode.MARK).op(PickleOpcode.NONE).op(PickleOpcode.NONE);
    pickle.op(PickleOpcode.TUPLE).op(PickleOpcode.BINPUT, 1);
    pickle.op(PickleOpcode.MARK);
    for (int i = 0; i < 10_000; i++) {
      pickle.op(PickleOpcode.BINGET, 1);
    }
    pickle.op(PickleOpcode.APPENDS);
    for (int i = 0; i < 10_000; i++) {
      pickle.global(PickleNames.ORDERED_DICT).op(PickleOpcode.BINGET, 0);
      pickle.op(PickleOpcode.TUPLE1).op(PickleOpcode.REDUCE);
    }
    assertRefusedCheaply(pickle.file(), "file.pth: ");
  }

  /** One tensor under very many names. */
  @Test
  void boundsTheNumberOfTensors() {
    RawPickle pickle = new RawPickle().begin().text("w").tensor().op(PickleOpcode.BINPUT, 0);
    for (int i = 0; i < 200_000; i++) {
      pickle.text(Integer.toString(i)).op(PickleOpcode.BINGET, 0);
    }
    assertRefusedCheaply(pickle.end().file(), "would take more memory");
  }

  /** Many views that each must be copied. */
  @Test
  void boundsWhatViewsTake() {
    RawPickle pickle = new RawPickle().begin();
    for (int i = 0; i < 100; i++) {
      pickle.text(Integer.toString(i)).tensor(0, new int[] {1000, 1000}, new int[] {0, 0});
    }
    assertRefusedCheaply(pickle.end().file(), "would take more memory");
  }

  @Test
  void survivesListsInsideLists() {
    RawPickle pickle = new RawPickle().begin().text("state_dict").begin().text("w").tensor().end();
    pickle.text("deep");
    for (int i = 0; i < 100_000; i++) {
      pickle.op(PickleOpcode.EMPTY_LIST);
    }
    for (int i = 1; i < 100_000; i++) {
      pickle.op(PickleOpcode.APPEND);
    }
    byte[] file = pickle.end().file();
    assertCheap(file, () -> assertEquals(Set.of("w"), PyTorchFiles.read(file).tensors().keySet()));
  }

  @Test
  void refusesAPickleLongerThanAny() {
    RawZip zip = RawZip.of(new RawPickle().whole(1).stop());
    byte[] zeros = Arrays.copyOf(new byte[0], (1 << 26) + 1);
    RawZip.Entry pickle = zip.entries.getFirst();
    RawZip.Entry longer = new RawZip().add("", zeros);
    pickle.data = zeros;
    pickle.crc = longer.crc;
    pickle.size = pickle.localSize = pickle.compressed = zeros.length;
    assertRefusedCheaply(zip.build(), "x/data.pkl has 67108865 bytes");
  }
}
