package fastvit4j.tools.eval;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** The answers to a part's pictures, as far as they are known: 12 bytes each. */
final class PartAnswers {
  static final int BYTES = 12;

  private final String name;
  private final String listing;
  private final int count;
  private ByteBuffer answers;
  private int done;

  /**
   * Answers that are known already.
   *
   * @param listing the digest of the part's pictures
   * @param count how many pictures there are
   * @param known the answers to the first of them
   */
  PartAnswers(String name, String listing, int count, ByteBuffer known) {
    this.name = name;
    this.listing = listing;
    this.count = count;
    this.answers = known;
    this.done = known.remaining() / BYTES;
  }

  /** Makes room for all answers, once it is known that there are so many pictures. */
  void makeRoom() {
    if (answers.capacity() < count * BYTES) {
      answers = ByteBuffer.allocate(Math.multiplyExact(count, BYTES)).put(answers).clear();
    }
  }

  String name() {
    return name;
  }

  String listing() {
    return listing;
  }

  int count() {
    return count;
  }

  /** How many pictures, from the first, have their answers. */
  int done() {
    return done;
  }

  void done(int next) {
    done = next;
  }

  void set(int index, Answer answer) {
    answers
        .putInt(index * BYTES, answer.rank())
        .putInt(index * BYTES + 4, answer.best())
        .putFloat(index * BYTES + 8, answer.probability());
  }

  Answer get(int index) {
    return new Answer(
        answers.getInt(index * BYTES),
        answers.getInt(index * BYTES + 4),
        answers.getFloat(index * BYTES + 8));
  }

  /** The known answers, to be written. */
  ByteBuffer known() {
    return answers.slice(0, done * BYTES);
  }

  /** A digest of names and classes of pictures, in their order. */
  static String listing(List<Sample> samples) {
    MessageDigest digest = sha256();
    for (Sample sample : samples) {
      String line = sample.file() + "\t" + sample.label() + "\n";
      digest.update(line.getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
