package fastvit4j.tests.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.benchmarks.OnnxRuntimeSession;
import fastvit4j.model.checkpoint.Checkpoint;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.image.Preprocessing;
import fastvit4j.model.image.Preprocessor;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Activation;
import fastvit4j.tests.digits.Digits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.jr.ob.JSON;

/** The digits model through {@code fastvit export} and ONNX Runtime: PyTorch's answers again. */
final class ExportCommandTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(names = {"TRAIN", "INFERENCE"})
  void givesPyTorchsLogits(Form form) {
    Path model = folder.resolve("digits.onnx");
    Command.succeed(
        "export", "--onnx", model.toString(), "--form", form.name().toLowerCase(Locale.ROOT));
    double allowed = Digits.allowed(form);
    try (OnnxRuntimeSession session = OnnxRuntimeSession.open(model, 2)) {
      Preprocessor preprocessor = new Preprocessor(preprocessing());
      for (Digits.Prediction expected : Digits.predictions()) {
        String picture = expected.picture().toString();
        Activation logits =
            session.run(preprocessor.load(expected.picture()).normalised()).get(Graph.LOGITS);
        assertEquals(expected.logits().size(), logits.shape().elements());
        for (int k = 0; k < expected.logits().size(); k++) {
          assertEquals(expected.logits().get(k), logits.get(k), allowed, picture);
        }
      }
    }
  }

  @Test
  void saysHowAPictureBecomesAnInput() throws IOException {
    Path model = folder.resolve("digits.onnx");
    Command.succeed("export", "--onnx", model.toString());
    try (OnnxRuntimeSession session = OnnxRuntimeSession.open(model, 1)) {
      Map<String, String> metadata = session.metadata();
      Preprocessing expected = preprocessing();
      assertEquals("inference", metadata.get("form"));
      assertEquals(
          List.of(3, expected.height(), expected.width()),
          JSON.std.listFrom(metadata.get("input_size")));
      assertEquals(expected.crop(), Double.parseDouble(metadata.get("crop_pct")));
      assertEquals(3, JSON.std.listFrom(metadata.get("mean")).size());
      for (int i = 0; i < 3; i++) {
        assertEquals((Object) expected.mean().get(i), number(metadata.get("mean"), i));
        assertEquals((Object) expected.std().get(i), number(metadata.get("std"), i));
      }
      assertEquals(10, JSON.std.listFrom(metadata.get("labels")).size());
      assertTrue(metadata.get("name").contains("digits"), metadata.toString());
    }
  }

  @Test
  void writesAVariantWithAllItsOutputsAtAnySize() {
    Path model = folder.resolve("t8.onnx");
    Command.succeed(
        "export", "--onnx", model.toString(), "--variant", "t8", "--outputs", "all", "--any-size");
    try (OnnxRuntimeSession session = OnnxRuntimeSession.open(model, 2)) {
      Map<String, Activation> outputs = session.run(Activation.allocate(new Shape(1, 64, 96, 3)));
      assertEquals(
          Set.of(
              "stem", "stages.0", "stages.1", "stages.2", "stages.3", "final_conv", Graph.LOGITS),
          outputs.keySet());
      assertEquals(new Shape(1, 16, 24, 48), outputs.get("stages.0").shape());
      assertEquals(new Shape(1, 1, 1, 1000), outputs.get(Graph.LOGITS).shape());
    }
  }

  @Test
  void leavesNothingWhereItCannotWrite() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "something");
    Command command = Command.run("export", "--onnx", file.resolve("x.onnx").toString());
    assertEquals(2, command.status());
    assertEquals(1, command.err().lines().count(), command.err());
    assertEquals("something", Files.readString(file));
    try (var entries = Files.list(folder)) {
      assertEquals(1, entries.count());
    }
  }

  private static Float number(String list, int i) throws IOException {
    return ((Number) JSON.std.listFrom(list).get(i)).floatValue();
  }

  private static Preprocessing preprocessing() {
    try (Checkpoint checkpoint = Checkpoint.open(Digits.WEIGHTS)) {
      return checkpoint.info().preprocessing();
    }
  }
}
