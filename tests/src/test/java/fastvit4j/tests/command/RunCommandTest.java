package fastvit4j.tests.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import fastvit4j.model.checkpoint.TensorFile;
import fastvit4j.model.tensor.DType;
import fastvit4j.model.tensor.Tensor;
import fastvit4j.tests.golden.Golden;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code fastvit synth} and {@code fastvit run}: a golden file's case from files to files. */
final class RunCommandTest {
  @TempDir private Path folder;

  @Test
  void synthesizedWeightsGiveTheGolden() {
    Golden golden = Golden.read("fastvit_t8_2x3x224x320_seed1");
    String weights = folder.resolve("weights.safetensors").toString();
    String input = folder.resolve("input.safetensors").toString();
    Command.succeed(
        "synth",
        "--variant",
        golden.variant().name().toLowerCase(Locale.ROOT),
        "--seed",
        Long.toString(golden.seed()),
        "--output",
        weights,
        "--input-shape",
        "2x3x224x320",
        "--input",
        input);
    for (String form : List.of("train", "inference")) {
      Path output = folder.resolve(form + ".safetensors");
      Command.succeed(
          "run",
          "--weights",
          weights,
          "--input",
          input,
          "--output",
          output.toString(),
          "--form",
          form,
          "--device",
          "cpu",
          "--stages");
      try (TensorFile file = TensorFile.open(output)) {
        Set<String> names = new LinkedHashSet<>(golden.stages().keySet());
        names.add("logits");
        assertEquals(names, file.tensors().keySet());
        Tensor logits = file.require("logits", DType.F32, 2);
        int classes = logits.dim(1);
        for (int i = 0; i < logits.elements(); i++) {
          double expected = golden.logits().get(i / classes).get(i % classes);
          assertEquals(expected, logits.getDouble(i), golden.allowed(), form + " form, logit " + i);
        }
      }
    }
  }
}
