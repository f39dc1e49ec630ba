package fastvit4j.model.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.Labels;
import fastvit4j.model.fastvit.ActivationKind;
import fastvit4j.model.fastvit.FastViT;
import fastvit4j.model.fastvit.FastViTConfig;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.fastvit.Mixer;
import fastvit4j.model.image.Preprocessing;
import fastvit4j.model.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The configuration in a checkpoint's metadata, right and wrong. */
class CheckpointMetadataTest {
  private static final FastViTConfig SMALL =
      FastViTConfig.of("small", List.of(8, 16, 16, 32), List.of(1, 2, 1, 2), 2, Mixer.ATTENTION)
          .withClasses(3);

  private static TensorFile file(SequencedMap<String, Tensor> tensors, String config) {
    return new TensorFile(
        "small.safetensors",
        "safetensors",
        tensors,
        new LinkedHashMap<>(Map.of("config", config)),
        () -> {});
  }

  private static Checkpoint open(String config) {
    Map<String, Tensor> tensors =
        FastViT.graph(SMALL, Form.TRAIN, new SyntheticWeights(1)).tensors();
    return Checkpoint.of(file(new LinkedHashMap<>(tensors), config));
  }

  @Test
  void aFullConfigurationIsFollowed() {
    Checkpoint checkpoint =
        open(
            """
            {"architecture": "fastvit", "name": "mine", "layers": [1, 2, 1, 2],
             "embed_dims": [8, 16, 16, 32], "mlp_ratios": [2, 2, 2, 2],
             "token_mixers": ["repmixer", "repmixer", "repmixer", "attention"],
             "pos_embs": [null, 0, null, [7, 7]], "cls_ratio": 2, "num_classes": 3,
             "input_size": [3, 96, 64], "mean": [0.5, 0.5, 0.5], "std": [0.25, 0.5, 1],
             "crop_pct": 1.0, "interpolation": "bicubic", "labels": ["a", "b", "c"],
             "activation": "relu", "unknown": {"more": []}}
            """);
    assertEquals("mine", checkpoint.config().name());
    assertEquals(ActivationKind.RELU, checkpoint.config().activation());
    assertEquals(SMALL.depths(), checkpoint.config().depths());
    assertEquals(
        new Preprocessing(96, 64, 1, List.of(0.5f, 0.5f, 0.5f), List.of(0.25f, 0.5f, 1f)),
        checkpoint.info().preprocessing());
    assertEquals(new Labels(List.of("a", "b", "c")), checkpoint.info().labels());
    assertTrue(checkpoint.warnings().isEmpty());
  }

  @Test
  void whatIsMissingIsAsTheTensorsShow() {
    Checkpoint checkpoint = open("{\"architecture\": \"fastvit\", \"activation\": \"silu\"}");
    assertEquals(SMALL.embedDims(), checkpoint.config().embedDims());
    assertEquals(SMALL.mixers(), checkpoint.config().mixers());
    assertEquals(ActivationKind.SILU, checkpoint.config().activation());
    assertEquals(Labels.numbered(3), checkpoint.info().labels());
  }

  @Test
  void anotherArchitecturesConfigurationIsNotFollowed() {
    Checkpoint checkpoint = open("{\"architecture\": \"convnext\", \"layers\": 7}");
    assertEquals(SMALL.withName("fastvit"), checkpoint.config());
  }

  @Test
  void anotherInterpolationIsAWarning() {
    Checkpoint checkpoint =
        open("{\"architecture\": \"fastvit\", \"interpolation\": \"bilinear\"}");
    assertEquals(1, checkpoint.warnings().size());
    assertTrue(checkpoint.warnings().getFirst().contains("bilinear"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"layers\": 7 | layers must be a list",
        "\"layers\": [1, 2, 3] | depths must have 4 elements",
        "\"layers\": [1, 2, 1, 2.5] | layers must be whole numbers",
        "\"layers\": [1, 2, 1, 2147483647] | claims a stage of 2147483647 blocks",
        "\"layers\": [1, 2, 1, 99999999999] | layers must be whole numbers",
        "\"embed_dims\": [8, 16, 16, 1073741824] | small.safetensors",
        "\"mlp_ratios\": [2, 2, 2, 1073741824] | small.safetensors",
        "\"token_mixers\": [\"repmixer\", \"x\", \"repmixer\", \"attention\"] | there are"
            + " [repmixer",
        "\"token_mixers\": [1, 2, 3, 4] | token_mixers must be text",
        "\"pos_embs\": [null, null, null, [7, 5]] | pos_embs must be whole",
        "\"pos_embs\": [null, null, null, [null, null]] | pos_embs must be whole",
        "\"pos_embs\": [null, null, null, 6] | must be odd",
        "\"pos_embs\": [null, null, null, null] | unexpected (stages.3.pos_emb",
        "\"conv_ffn_kernel\": 4 | kernel must be",
        "\"conv_ffn_kernel\": 5 | of another shape",
        "\"factorized\": 1 | factorized must be true or false",
        "\"normalization\": \"group\" | there are [batch, layer]",
        "\"activation\": 3 | activation must be text",
        "\"cls_ratio\": \"2\" | cls_ratio must be numbers",
        "\"cls_ratio\": 1e999 | small.safetensors",
        "\"cls_ratio\": 1e300 | small.safetensors",
        "\"num_classes\": 0 | at least one class",
        "\"num_classes\": 4 | head.fc.weight [3, 64] instead of [4, 64]",
        "\"input_size\": [1, 96, 96] | input_size must be [3, height, width]",
        "\"input_size\": [3, 100000, 96] | at most 16384",
        "\"input_size\": [3, 0, 96] | no preprocessing",
        "\"crop_pct\": 0 | no preprocessing",
        "\"mean\": [0.5] | three numbers",
        "\"std\": [0.5, 0, 1] | deviations above 0",
        "\"labels\": [\"a\"] | 1 labels for 3 classes",
        "\"labels\": [1, 2, 3] | labels must be text",
        "\"name\": [] | name must be text",
        "\"name\": \"a\", \"name\": \"b\" | not the JSON",
        "\"name\": | not the JSON"
      })
  void aWrongFieldIsNamed(String field, String message) {
    CheckpointException e =
        assertThrows(
            CheckpointException.class,
            () -> open("{\"architecture\": \"fastvit\", " + field + "}"));
    assertTrue(e.getMessage().startsWith("small.safetensors: "), e.getMessage());
    assertTrue(e.getMessage().contains(message), e.getMessage());
    assertFalse(e.getMessage().contains("\n"));
  }

  @Test
  void aConfigurationNamesWhatDamagedTensorsLack() {
    SequencedMap<String, Tensor> tensors =
        new LinkedHashMap<>(FastViT.graph(SMALL, Form.TRAIN, new SyntheticWeights(1)).tensors());
    tensors.remove("stages.0.blocks.0.mlp.fc1.weight");
    String config = configJson(SMALL);
    CheckpointException e =
        assertThrows(CheckpointException.class, () -> Checkpoint.of(file(tensors, config)));
    assertTrue(
        e.getMessage().contains("1 missing (stages.0.blocks.0.mlp.fc1.weight)"), e.getMessage());
    CheckpointException unknown =
        assertThrows(
            CheckpointException.class,
            () -> Checkpoint.of(file(tensors, "{\"architecture\": \"fastvit\"}")));
    assertTrue(unknown.getMessage().contains("is no FastViT"), unknown.getMessage());
  }

  private static String configJson(FastViTConfig config) {
    return ModelInfo.of(config).toMetadata().get("config");
  }

  @Test
  void labelsAreAsManyAsClasses() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new ModelInfo(SMALL, Preprocessing.imageNet(256, 1), Labels.numbered(2)));
  }
}
