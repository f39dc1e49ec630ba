package fastvit4j.tools.digits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.Labels;
import fastvit4j.model.checkpoint.Checkpoint;
import fastvit4j.model.checkpoint.CheckpointException;
import fastvit4j.model.checkpoint.Naming;
import fastvit4j.model.fastvit.FastViTConfig;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.fastvit.Mixer;
import fastvit4j.model.image.Preprocessing;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The bundled checkpoint, which the format's own library wrote. */
class DigitsCheckpointTest {
  private static byte[] bytes() throws IOException {
    try (InputStream in =
        Checkpoint.class.getResourceAsStream(
            "/fastvit4j/tools/digits/fastvit_digits.safetensors")) {
      return in.readAllBytes();
    }
  }

  @Test
  void isRecognised() throws IOException {
    Checkpoint checkpoint = Checkpoint.of("digits", MemorySegment.ofArray(bytes()));
    FastViTConfig expected =
        FastViTConfig.of(
                "fastvit_digits", List.of(16, 32, 64, 128), List.of(2, 2, 4, 2), 3, Mixer.ATTENTION)
            .withClasses(10);
    assertEquals(expected, checkpoint.config());
    assertEquals(Form.TRAIN, checkpoint.form());
    assertEquals(Naming.TIMM, checkpoint.naming());
    assertEquals(
        new Preprocessing(96, 96, 1.0, List.of(0.5f, 0.5f, 0.5f), List.of(0.5f, 0.5f, 0.5f)),
        checkpoint.info().preprocessing());
    assertEquals(Labels.numbered(10), checkpoint.info().labels());
    assertEquals(List.of(), checkpoint.warnings());
    assertEquals(436, checkpoint.file().tensors().size());
    assertEquals(checkpoint.parameters().keySet(), checkpoint.model().graph().tensors().keySet());
  }

  @Test
  void isRefusedWhenCutAnywhere() throws IOException {
    byte[] whole = bytes();
    Random random = new Random(1);
    for (int i = 0; i < 100; i++) {
      byte[] cut = Arrays.copyOf(whole, random.nextInt(whole.length));
      CheckpointException e =
          assertThrows(
              CheckpointException.class, () -> Checkpoint.of("digits", MemorySegment.ofArray(cut)));
      assertTrue(e.getMessage().startsWith("digits: "), e.getMessage());
    }
  }
}
