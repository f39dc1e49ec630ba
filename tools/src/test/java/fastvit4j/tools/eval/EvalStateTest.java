package fastvit4j.tools.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvalStateTest {
  private static final List<Sample> SAMPLES =
      List.of(
          new Sample(Path.of("a"), 1), new Sample(Path.of("b"), 2), new Sample(Path.of("c"), 3));

  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void write() {
    file = directory.resolve("state");
    EvalState state = EvalState.open(file, "identity");
    assertEquals(0, state.done());
    PartAnswers part = state.part("fog/1", SAMPLES);
    part.set(0, new Answer(3, 7, 0.25f));
    part.set(1, Answer.UNREADABLE);
    part.done(2);
    state.save();
  }

  private String refused(String identity) {
    return assertThrows(UserException.class, () -> EvalState.open(file, identity)).getMessage();
  }

  @Test
  void goesOnWhereItWas() {
    EvalState state = EvalState.open(file, "identity");
    assertEquals(2, state.done());
    PartAnswers part = state.part("fog/1", SAMPLES);
    assertEquals(new Answer(3, 7, 0.25f), part.get(0));
    assertEquals(Answer.UNREADABLE, part.get(1));
    assertEquals(2, part.done());
    assertEquals(3, part.count());
    assertEquals(0, state.part("fog/2", SAMPLES).done());
  }

  @Test
  void refusesAnotherEvaluation() {
    String message = refused("another");
    assertTrue(message.contains("of another evaluation"), message);
    assertTrue(message.startsWith(file.toString()), message);
  }

  @Test
  void refusesOtherPictures() {
    EvalState state = EvalState.open(file, "identity");
    List<Sample> others = List.of(SAMPLES.get(0), SAMPLES.get(1), new Sample(Path.of("c"), 4));
    String message =
        assertThrows(UserException.class, () -> state.part("fog/1", others)).getMessage();
    assertTrue(message.contains("the pictures of fog/1 are not those"), message);
  }

  @Test
  void refusesAnyDamage() throws IOException {
    byte[] whole = Files.readAllBytes(file);
    for (int i = 0; i < whole.length; i++) {
      byte[] damaged = whole.clone();
      damaged[i] ^= 0x20;
      Files.write(file, damaged);
      assertTrue(refused("identity").contains("a damaged one"));
    }
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertTrue(refused("identity").contains("a damaged one"));
    }
  }
}
