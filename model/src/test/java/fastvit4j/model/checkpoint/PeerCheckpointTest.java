package fastvit4j.model.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.Architecture;
import fastvit4j.model.KnownModel;
import fastvit4j.model.KnownModels;
import fastvit4j.model.Labels;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.tensor.DType;
import fastvit4j.model.tensor.Weights;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints of the models beside FastViT. */
final class PeerCheckpointTest {
  @TempDir private Path directory;

  /** Only the smallest of each family is written: tens of megabytes are enough. */
  @ParameterizedTest
  @ValueSource(
      strings = {"mobileone_s0", "poolformer_s12", "convnext_tiny", "deit_tiny_patch16_224"})
  void whatIsWrittenIsRecognised(String name) {
    KnownModel known = KnownModels.named(name);
    Architecture small = known.architecture().withClasses(7);
    Graph train = small.graph(Form.TRAIN, new SyntheticWeights(1));
    Path file = directory.resolve("peer.safetensors");
    Checkpoint.write(file, train, ModelInfo.of(small), DType.F16);
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      assertEquals(small, checkpoint.architecture());
      assertEquals(Form.TRAIN, checkpoint.form());
      assertEquals(known.preprocessing(), checkpoint.info().preprocessing());
      assertEquals(7, checkpoint.info().labels().size());
      assertEquals(train.parameters(), checkpoint.model().graph().parameters());
      assertThrows(IllegalStateException.class, checkpoint::config);
    }
    try (Checkpoint checkpoint = Checkpoint.open(file, known.architecture())) {
      assertEquals(small, checkpoint.architecture());
    }
    CheckpointException other =
        assertThrows(
            CheckpointException.class,
            () -> Checkpoint.open(file, KnownModels.named("resnet50").architecture()));
    assertTrue(other.getMessage().contains("resnet50"), other.getMessage());
    assertEquals(1, other.getMessage().lines().count());
  }

  /** As timm publishes them: names and shapes alone. */
  @ParameterizedTest
  @EnumSource(Form.class)
  void namesAndShapesTellTheModels(Form form) {
    for (KnownModel known : KnownModels.peers()) {
      Graph graph = known.architecture().graph(form, Weights.shapesOnly());
      assertEquals(
          known.architecture(),
          PeerRecognition.find(graph.tensors()).orElseThrow(),
          known.name() + " " + form);
      Form found = PeerRecognition.form(known.architecture(), graph.tensors());
      assertEquals(
          graph.tensors().keySet(),
          known.architecture().graph(found, Weights.shapesOnly()).tensors().keySet());
    }
  }

  @Test
  void labelsAndPreprocessingAreKept() {
    KnownModel known = KnownModels.named("mobileone_s0");
    Architecture two = known.architecture().withClasses(2);
    ModelInfo info =
        new ModelInfo(
            two, known.preprocessing().withSize(96, 64), new Labels(List.of("cat", "dog")));
    Path file = directory.resolve("pets.safetensors");
    Checkpoint.write(file, two.graph(Form.PUBLISHED, new SyntheticWeights(1)), info, DType.F16);
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      assertEquals(info, checkpoint.info());
      assertEquals(Form.PUBLISHED, checkpoint.form());
      assertEquals(
          "mobileone_s0", Map.copyOf(checkpoint.file().metadata()).get("config").split("\"")[3]);
    }
  }
}
