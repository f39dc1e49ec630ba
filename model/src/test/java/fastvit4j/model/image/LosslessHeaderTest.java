package fastvit4j.model.image;

import static fastvit4j.model.image.LosslessWebp.canvas;
import static fastvit4j.model.image.LosslessWebp.chunk;
import static fastvit4j.model.image.LosslessWebp.file;
import static fastvit4j.model.image.LosslessWebp.frame;
import static fastvit4j.model.image.TestPictures.refusal;
import static fastvit4j.model.image.TestPictures.resource;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lossless WebP files that ask for much more memory than their pixels take. */
class LosslessHeaderTest {
  private static final ThreadMXBean THREAD = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final String MANY = "sets of codes, more than any encoder makes";
  private static final String SEVERAL = "more than one picture where one belongs";

  /** A stream for a picture of one block of 4x4, which names a set of codes by its number. */
  private static LosslessWebp sets(int count) {
    int last = count - 1;
    return new LosslessWebp()
        .bits(0, 1) // no transform
        .bits(0, 1) // no cache
        .bits(1, 1) // an image of numbers of sets
        .bits(0, 3) // of blocks of 4x4
        .plain(last >> 8, last & 0xff)
        .sets(count);
  }

  private static long allocated(Runnable action) {
    long before = THREAD.getCurrentThreadAllocatedBytes();
    action.run();
    return THREAD.getCurrentThreadAllocatedBytes() - before;
  }

  private static void refusedCheaply(byte[] file, String why) {
    long bytes =
        allocated(
            () ->
                assertTrue(
                    refusal("a.webp", () -> Picture.read(file, "a.webp")).contains(why), why));
    assertTrue(bytes < 4L * file.length + (64 << 20), bytes + " bytes for " + file.length);
  }

  @DisplayName("as many sets of codes as an encoder may make are read, in 64 MiB")
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 300, LosslessHeader.MAX_GROUPS})
  void enoughSets(int count) {
    byte[] file = file(chunk("VP8L", sets(count).picture(4, 4)));
    long bytes =
        allocated(() -> assertEquals(0, Picture.read(file, "a.webp").sample(3, 3, 1), "black"));
    assertTrue(bytes < 4L * file.length + (64 << 20), bytes + " bytes for " + file.length);
  }

  @DisplayName("more sets of codes are refused before any is made")
  @ParameterizedTest
  @ValueSource(ints = {LosslessHeader.MAX_GROUPS + 1, 65536})
  void tooManySets(int count) {
    refusedCheaply(file(chunk("VP8L", sets(count).picture(4, 4))), count + " " + MANY);
  }

  @DisplayName("so they are in transparency, and in a frame of an animation")
  @Test
  void elsewhere() throws IOException {
    byte[] sound = resource("formats/lossy.webp");
    byte[] lossy = Arrays.copyOfRange(sound, 12, sound.length);
    byte[] bomb = sets(65536).stream();
    refusedCheaply(file(canvas(24, 17), chunk("ALPH", new byte[] {1}, bomb), lossy), MANY);
    byte[] picture = chunk("VP8L", sets(65536).picture(4, 4));
    refusedCheaply(file(canvas(4, 4), frame(0, 4, 4, picture)), MANY);
  }

  /** Every transform, a cache, and an image of 2x2 numbers, two of them copies, in coded codes. */
  private static byte[] everything(int red) {
    LosslessWebp bits = new LosslessWebp();
    bits.bits(1, 1).bits(0, 2).bits(0, 3).plain(0, 1); // predictors
    bits.bits(1, 1).bits(1, 2).bits(0, 3).plain(7, 9); // colours
    bits.bits(1, 1).bits(2, 2); // less green
    bits.bits(1, 1).bits(3, 2).bits(3, 8).plain(1, 2); // a palette of 4: 4 pixels in one
    bits.bits(0, 1).bits(1, 1).bits(11, 4); // a cache
    bits.bits(1, 1).bits(0, 3); // 5x8 pixels now: 2x2 blocks
    bits.bits(1, 1).bits(2, 4); // a cache of their own, which makes the first alphabet larger
    // Of the codes' lengths 17 and 18 (zeros) have 2 bits, 1 has 1; five of them follow.
    bits.bits(0, 1).bits(0, 4).bits(2, 3).bits(2, 3).bits(0, 3).bits(1, 3);
    bits.bits(1, 1).bits(0, 3).bits(3, 2);
    // Symbols 5 (a literal) and 256 (a copy of one pixel) have codes of 1 bit.
    bits.bits(1, 2).bits(2, 3).bits(0, 1).bits(3, 2).bits(127, 7).bits(3, 2).bits(101, 7);
    bits.bits(0, 1).only(red).only(0).only(0).only(1);
    bits.bits(0, 1).bits(1, 1).bits(0, 1).bits(1, 1);
    int sets = (red << 8) + 6;
    return file(chunk("VP8L", bits.sets(sets).picture(17, 8)));
  }

  @DisplayName("sets behind transforms and a cache are counted as the decoder does")
  @Test
  void everything() {
    assertEquals(8, Picture.read(everything(0), "a.webp").height());
    assertEquals(8, Picture.read(everything(1), "a.webp").height());
    refusedCheaply(everything(16), "4102 " + MANY);
  }

  @DisplayName("a transform that comes twice is refused: each makes an image of its own")
  @Test
  void repeatedTransform() {
    LosslessWebp bits = new LosslessWebp();
    for (int i = 0; i < 100; i++) {
      bits.bits(1, 1).bits(0, 2).bits(0, 3).plain(0, 0);
    }
    bits.bits(0, 3).sets(1);
    refusedCheaply(file(chunk("VP8L", bits.picture(4000, 4000))), "a transform comes twice");
  }

  @DisplayName("a frame that is larger than what the file claims first is refused")
  @Test
  void sizes() {
    byte[] large = chunk("VP8L", new LosslessWebp().bits(0, 3).sets(1).picture(16384, 10000));
    refusedCheaply(file(canvas(4, 4), large), "not of its canvas's size");
    refusedCheaply(file(large, canvas(4, 4)), "not of its canvas's size");
    refusedCheaply(file(canvas(4, 4), frame(0, 4, 4, large)), "not of its canvas's size");
    refusedCheaply(file(canvas(4, 4), frame(0, 16384, 10000, large)), "not within its canvas");
    byte[] small = chunk("VP8L", new LosslessWebp().bits(0, 3).sets(1).picture(4, 4));
    refusedCheaply(file(canvas(4, 4), frame(2, 4, 4, small)), "not within its canvas");
    refusedCheaply(
        file(canvas(4, 4), frame(0, 4, 4, frame(0, 4, 4, small))), "not within its canvas");
    assertEquals(4, Picture.read(file(canvas(4, 4), frame(0, 4, 4, small)), "a.webp").width());
  }

  @DisplayName("codes that are none, or end in the middle, are refused")
  @Test
  void damaged() {
    LosslessWebp head = new LosslessWebp().bits(0, 2).bits(1, 1).bits(0, 3).bits(0, 1);
    byte[] none = head.bits(0, 1).bits(0, 4).bits(0, 12).bits(0, 64).picture(4, 4);
    refusedCheaply(file(chunk("VP8L", none)), "damaged codes");
    LosslessWebp cut = new LosslessWebp().bits(0, 2).bits(1, 1).bits(0, 3).bits(0, 1).only(3);
    refusedCheaply(file(chunk("VP8L", cut.picture(4, 4))), "truncated");
    LosslessWebp cache = new LosslessWebp().bits(0, 1).bits(1, 1).bits(12, 4).bits(0, 64);
    refusedCheaply(file(chunk("VP8L", cache.picture(4, 4))), "2^12 colours");
  }

  @DisplayName("a second picture where one belongs is refused: all of them would be decoded")
  @Test
  void oneOverTheOther() throws IOException {
    byte[] small = chunk("VP8L", new LosslessWebp().bits(0, 3).sets(1).picture(24, 17));
    byte[] sound = resource("formats/lossy.webp");
    byte[] lossy = Arrays.copyOfRange(sound, 12, sound.length);
    byte[] alpha = chunk("ALPH", new byte[] {1}, new LosslessWebp().bits(0, 3).sets(1).stream());
    byte[] canvas = canvas(24, 17);
    byte[] transparent = canvas.clone();
    transparent[8] = 0x10;
    assertEquals(24, Picture.read(file(transparent, alpha, lossy), "a.webp").width());
    refusedCheaply(file(canvas, small, small), SEVERAL);
    refusedCheaply(file(canvas, lossy, small), SEVERAL);
    refusedCheaply(file(canvas, alpha, alpha, lossy), SEVERAL);
    refusedCheaply(file(canvas, frame(0, 24, 17, small, small)), SEVERAL);
    assertEquals(
        24,
        Picture.read(file(canvas, small, frame(0, 24, 17, small)), "a.webp").width(),
        "one in each");
  }

  @DisplayName("of an animation only the first frame is followed, which alone is decoded")
  @Test
  void otherFrames() {
    byte[] small = chunk("VP8L", new LosslessWebp().bits(0, 3).sets(1).picture(4, 4));
    byte[] bomb = chunk("VP8L", sets(65536).picture(4, 4));
    byte[] animated = canvas(4, 4);
    animated[8] = 2;
    byte[] later = file(animated, frame(0, 4, 4, small), frame(0, 4, 4, bomb));
    assertEquals(4, Picture.read(later, "a.webp").width());
    refusedCheaply(file(animated, frame(0, 4, 4, bomb), frame(0, 4, 4, small)), MANY);
    refusedCheaply(file(canvas(4, 4), frame(0, 4, 4, small), frame(0, 4, 4, small), bomb), MANY);
  }

  /** 3 times 16 million pixels, which take no bits: FuzzTest has this file too, with a limit. */
  @DisplayName("pixels that take no bits are counted at once")
  @Test
  void pixelsWithoutBits() {
    LosslessWebp bits = new LosslessWebp();
    bits.bits(1, 1).bits(0, 2).bits(0, 3).plain(0, 1);
    bits.bits(1, 1).bits(1, 2).bits(0, 3).plain(7, 9);
    bits.bits(0, 1).bits(0, 1).bits(1, 1).bits(0, 3).plain(64, 0).sets(1);
    byte[] file = file(chunk("VP8L", bits.picture(16384, 10000)));
    refusedCheaply(file, "16385 " + MANY);
  }
}
