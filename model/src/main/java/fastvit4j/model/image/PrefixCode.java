package fastvit4j.model.image;

import java.io.IOException;
import javax.imageio.IIOException;

/** A canonical prefix (Huffman) code of lossless WebP, decoded bit by bit. */
final class PrefixCode {
  private static final int MAX_LENGTH = 15;
  private static final int[] LENGTH_ORDER = {
    17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
  };

  /** How many symbols have codes of so many bits. */
  private final int[] counts = new int[MAX_LENGTH + 1];

  /** By length of their codes, then by number. */
  private final int[] symbols;

  /**
   * A code from its lengths.
   *
   * @param lengths of each symbol's code; 0 for one that does not occur
   * @throws IIOException if no code has such lengths, or bits would remain without a symbol
   */
  private PrefixCode(int[] lengths) throws IOException {
    for (int length : lengths) {
      counts[length]++;
    }
    symbols = new int[lengths.length - counts[0]];
    int[] next = new int[MAX_LENGTH + 1];
    int open = 1;
    for (int length = 1; length <= MAX_LENGTH; length++) {
      open = 2 * open - counts[length];
      if (length < MAX_LENGTH) {
        next[length + 1] = next[length] + counts[length];
      }
      if (open < 0) {
        break;
      }
    }
    if (open != 0 && symbols.length != 1) {
      throw new IIOException("damaged codes");
    }
    for (int symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] > 0) {
        symbols[next[lengths[symbol]]++] = symbol;
      }
    }
  }

  /** Reads a code of symbols below {@code alphabet}. */
  static PrefixCode read(LosslessBits bits, int alphabet) throws IOException {
    int[] lengths = new int[alphabet];
    if (bits.read(1) == 1) {
      boolean two = bits.read(1) == 1;
      int first = mark(lengths, bits.read(bits.read(1) == 1 ? 8 : 1));
      // In another order, decoders disagree about which of the two is which.
      if (two && mark(lengths, bits.read(8)) <= first) {
        throw new IIOException("damaged codes");
      }
    } else {
      readLengths(bits, lengths);
    }
    return new PrefixCode(lengths);
  }

  private static int mark(int[] lengths, int symbol) throws IOException {
    if (symbol >= lengths.length) {
      throw new IIOException("damaged codes");
    }
    lengths[symbol] = 1;
    return symbol;
  }

  /** Reads lengths that are coded themselves. */
  private static void readLengths(LosslessBits bits, int[] lengths) throws IOException {
    int[] ofLengths = new int[LENGTH_ORDER.length];
    int given = 4 + bits.read(4);
    for (int i = 0; i < given; i++) {
      ofLengths[LENGTH_ORDER[i]] = bits.read(3);
    }
    PrefixCode code = new PrefixCode(ofLengths);
    int codes = bits.read(1) == 1 ? 2 + bits.read(2 + 2 * bits.read(3)) : lengths.length;
    int previous = 8;
    for (int i = 0; i < lengths.length && codes > 0; codes--) {
      int length = code.symbol(bits);
      int times = 1;
      switch (length) {
        case 16 -> {
          length = previous;
          times = 3 + bits.read(2);
        }
        case 17 -> {
          length = 0;
          times = 3 + bits.read(3);
        }
        case 18 -> {
          length = 0;
          times = 11 + bits.read(7);
        }
        default -> {}
      }
      if (times > lengths.length - i) {
        throw new IIOException("damaged codes");
      }
      previous = length == 0 ? previous : length;
      for (int end = i + times; i < end; i++) {
        lengths[i] = length;
      }
    }
  }

  /** Reads a symbol; the only one of a code takes no bits. */
  int symbol(LosslessBits bits) throws IOException {
    if (symbols.length == 1) {
      return symbols[0];
    }
    int code = 0;
    int first = 0;
    int index = 0;
    for (int length = 1; length <= MAX_LENGTH; length++) {
      code |= bits.read(1);
      int count = counts[length];
      if (code - first < count) {
        return symbols[index + code - first];
      }
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw new IIOException("damaged codes");
  }
}
