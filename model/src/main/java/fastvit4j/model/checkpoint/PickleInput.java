package fastvit4j.model.checkpoint;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** The bytes of a pickle, one argument after the other; none is taken for granted. */
final class PickleInput {
  private static final ValueLayout.OfShort U16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt I32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfDouble BIG_ENDIAN_F64 =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  /** About what Java takes for a text and its decoder, besides its characters. */
  private static final int TEXT_COST = 256;

  private static final int LONGEST_LINE = 256;

  private final String file;
  private final MemorySegment bytes;
  private final Budget budget;
  private long at;

  PickleInput(String file, MemorySegment bytes, Budget budget) {
    this.file = file;
    this.bytes = bytes;
    this.budget = budget;
  }

  /** How many bytes have been read. */
  long position() {
    return at;
  }

  /** Whether all have been read. */
  boolean atEnd() {
    return at == bytes.byteSize();
  }

  int u8() {
    return Byte.toUnsignedInt(bytes.get(ValueLayout.JAVA_BYTE, take(1)));
  }

  int u16() {
    return Short.toUnsignedInt(bytes.get(U16, take(Short.BYTES)));
  }

  int i32() {
    return bytes.get(I32, take(Integer.BYTES));
  }

  double f64() {
    return bytes.get(BIG_ENDIAN_F64, take(Double.BYTES));
  }

  /** A two's complement number, little-endian, of at most 8 bytes. */
  long signed(int length) {
    long from = take(length);
    long value = 0;
    for (int i = 0; i < length; i++) {
      value |= (long) Byte.toUnsignedInt(bytes.get(ValueLayout.JAVA_BYTE, from + i)) << (8 * i);
    }
    int unused = Long.SIZE - 8 * length;
    return length == 0 ? 0 : value << unused >> unused;
  }

  void skip(int length) {
    take(length);
  }

  String text(long length, Charset charset) {
    long from = take(length);
    budget.charge(TEXT_COST + 3 * length, "its pickle");
    try {
      return charset.newDecoder().decode(bytes.asSlice(from, length).asByteBuffer()).toString();
    } catch (CharacterCodingException e) {
      throw damaged("a text is not " + charset);
    }
  }

  /** What comes before the next line break, which is taken too. */
  String line() {
    long end = at;
    while (end < bytes.byteSize() && bytes.get(ValueLayout.JAVA_BYTE, end) != '\n') {
      end++;
      if (end - at > LONGEST_LINE) {
        throw damaged("a name is longer than " + LONGEST_LINE + " bytes");
      }
    }
    String line = text(end - at, StandardCharsets.UTF_8);
    take(1);
    return line;
  }

  private long take(long length) {
    if (length < 0 || length > bytes.byteSize() - at) {
      throw damaged("it ends too early");
    }
    long from = at;
    at += length;
    return from;
  }

  /** Damage at the current place. */
  CheckpointException damaged(String how) {
    return new CheckpointException(
        file,
        "is no intact PyTorch file: at byte %d of its pickle, %s; copy or download it again"
            .formatted(at, how));
  }
}
