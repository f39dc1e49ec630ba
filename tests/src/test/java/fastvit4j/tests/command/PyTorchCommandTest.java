package fastvit4j.tests.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.checkpoint.Checkpoint;
import fastvit4j.model.checkpoint.Naming;
import fastvit4j.model.checkpoint.TensorFile;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.tensor.Tensor;
import fastvit4j.tests.digits.Digits;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bundled model of digits, as PyTorch saved it in the original naming. */
final class PyTorchCommandTest {
  private static final Path FILE =
      Path.of("src", "test", "resources", "digits", "fastvit_digits.pth.tar");

  /** What the file, unlike the bundled one, does not say. */
  private static final List<String> PREPROCESSING =
      List.of("--input-size=96", "--crop=1", "--mean=0.5,0.5,0.5", "--std=0.5,0.5,0.5");

  @TempDir private Path directory;

  @Test
  void holdsTheSameTensors() {
    try (Checkpoint file = Checkpoint.open(FILE);
        Checkpoint bundled = Checkpoint.open(Digits.WEIGHTS)) {
      assertEquals(Naming.ORIGINAL, file.naming());
      assertEquals(bundled.form(), file.form());
      assertEquals(bundled.config().withName("fastvit"), file.config().withName("fastvit"));
      assertEquals(List.of(), file.warnings());
      assertEquals("fastvit_digits", file.file().metadata().get("arch"));
      assertEquals("state_dict", file.file().metadata().get("weights"));
      assertEquals(bundled.parameters().keySet(), file.parameters().keySet());
      bundled.parameters().values().forEach(t -> assertSame(t, file.parameters().get(t.name())));
    }
  }

  @Test
  void classifyGivesTheSameLogits() {
    List<String> pictures =
        Digits.predictions().stream().limit(50).map(p -> p.picture().toString()).toList();
    List<String> bundled = new ArrayList<>(List.of("classify", "--json", "--device=cpu"));
    List<String> file = new ArrayList<>(bundled);
    file.add("--weights=" + FILE);
    file.addAll(PREPROCESSING);
    bundled.addAll(pictures);
    file.addAll(pictures);
    assertEquals(
        Command.succeed(bundled.toArray(String[]::new)).json().get("images"),
        Command.succeed(file.toArray(String[]::new)).json().get("images"));
  }

  @Test
  void evalGivesTheSameAccuracy() {
    List<String> file = new ArrayList<>(List.of("eval", Digits.PICTURES.toString(), "--json"));
    file.addAll(List.of("--device=cpu", "--weights=" + FILE));
    file.addAll(PREPROCESSING);
    Map<String, Object> result = Command.succeed(file.toArray(String[]::new)).json();
    List<Digits.Prediction> expected = Digits.predictions();
    long right = expected.stream().filter(p -> p.top1() == p.label()).count();
    assertEquals((double) right / expected.size(), ((Number) result.get("top1")).doubleValue());
  }

  @Test
  void convertsThereAndBackBitForBit() {
    Path timm = directory.resolve("timm.safetensors");
    Path original = directory.resolve("original.safetensors");
    Command.succeed("convert", FILE.toString(), "-o", timm.toString(), "--naming=timm");
    Command.succeed("convert", timm.toString(), "-o", original.toString(), "--naming=original");
    assertSame(Digits.WEIGHTS, timm);
    assertSame(FILE, original);
  }

  /** What the public code makes of a checkpoint at inference, in its own names. */
  @Test
  void recognisesAFusedCheckpointInTheOriginalNames() {
    Path fused = directory.resolve("fused.safetensors");
    Command.succeed("convert", FILE.toString(), "-o", fused.toString(), "--form=published");
    try (Checkpoint checkpoint = Checkpoint.open(fused)) {
      assertEquals(Naming.ORIGINAL, checkpoint.naming());
      assertEquals(Form.PUBLISHED, checkpoint.form());
      assertTrue(
          checkpoint.file().tensors().containsKey("network.1.proj.0.lkb_reparam.weight"),
          checkpoint.file().tensors().keySet().toString());
    }
  }

  @Test
  void inspectDescribesIt() {
    Map<String, Object> json = Command.succeed("inspect", "--json", FILE.toString()).json();
    assertEquals("PyTorch", json.get("format"));
    assertEquals(
        Map.of("epoch", "30", "arch", "fastvit_digits", "weights", "state_dict"),
        json.get("metadata"));
    assertEquals("original", ((Map<?, ?>) json.get("recognised")).get("naming"));
    String text = Command.succeed("inspect", FILE.toString()).out();
    assertTrue(text.contains("patch_embed.0.rbr_conv.0.conv.weight"), text);
  }

  @Test
  void refusesPreprocessingThatIsNone() {
    String picture = Digits.predictions().getFirst().picture().toString();
    for (String option : List.of("--crop=2", "--mean=1,2", "--std=0,1,1")) {
      Command command = Command.run("classify", option, picture);
      assertEquals(2, command.status());
      assertEquals(1, command.err().lines().count(), command.err());
    }
  }

  private static void assertSame(Path expected, Path actual) {
    try (TensorFile a = TensorFile.open(expected);
        TensorFile b = TensorFile.open(actual)) {
      assertEquals(a.tensors().keySet(), b.tensors().keySet());
      a.tensors().values().forEach(t -> assertSame(t, b.tensors().get(t.name())));
    }
  }

  private static void assertSame(Tensor expected, Tensor actual) {
    assertEquals(expected.toString(), actual.toString());
    assertArrayEquals(
        expected.data().toArray(ValueLayout.JAVA_BYTE),
        actual.data().toArray(ValueLayout.JAVA_BYTE),
        expected.name());
  }
}
