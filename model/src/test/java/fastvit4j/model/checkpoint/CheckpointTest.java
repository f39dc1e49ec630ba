package fastvit4j.model.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.ImageNetLabels;
import fastvit4j.model.Labels;
import fastvit4j.model.Model;
import fastvit4j.model.fastvit.ActivationKind;
import fastvit4j.model.fastvit.FastViT;
import fastvit4j.model.fastvit.FastViTConfig;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.fastvit.Mixer;
import fastvit4j.model.fastvit.Normalization;
import fastvit4j.model.fastvit.Variant;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.image.Preprocessing;
import fastvit4j.model.tensor.DType;
import fastvit4j.model.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class CheckpointTest {
  private static final SyntheticWeights WEIGHTS = new SyntheticWeights(3);

  /** As small as a FastViT with attention and a positional encoding can be. */
  private static final FastViTConfig SMALL =
      FastViTConfig.of("small", List.of(8, 16, 16, 32), List.of(1, 2, 1, 2), 2, Mixer.ATTENTION)
          .withClasses(5);

  private static final String TIMM_STEPS = "stages.0.blocks.0.mlp.conv.bn.num_batches_tracked";
  private static final String ORIGINAL_STEPS = "network.0.0.convffn.conv.bn.num_batches_tracked";

  @TempDir Path directory;

  private static Graph graph(FastViTConfig config, Form form) {
    return FastViT.graph(config, form, WEIGHTS);
  }

  static Stream<Arguments> configurations() {
    FastViTConfig plain =
        FastViTConfig.of("plain", List.of(8, 16, 16, 48), List.of(2, 1, 3, 1), 3, Mixer.REPMIXER)
            .withClasses(1);
    FastViTConfig odd =
        new FastViTConfig(
            "odd",
            List.of(8, 32, 64, 96),
            List.of(1, 1, 2, 1),
            List.of(1, 2, 3, 4),
            List.of(Mixer.POOLING, Mixer.ATTENTION, Mixer.REPMIXER, Mixer.POOLING),
            List.of(3, 0, 5, 7),
            0,
            11,
            false,
            true,
            Normalization.LAYER,
            ActivationKind.SILU,
            3.0,
            7);
    FastViTConfig bare =
        new FastViTConfig(
            "bare",
            List.of(8, 16, 16, 16),
            List.of(1, 1, 1, 1),
            List.of(1, 1, 2, 1),
            List.of(Mixer.REPMIXER, Mixer.POOLING, Mixer.POOLING, Mixer.REPMIXER),
            List.of(0, 0, 0, 0),
            5,
            3,
            true,
            false,
            Normalization.BATCH,
            ActivationKind.RELU,
            1.0,
            2);
    return Stream.of(SMALL, plain, odd, bare)
        .flatMap(c -> Stream.of(Form.values()).map(form -> Arguments.of(c, form)));
  }

  @ParameterizedTest
  @MethodSource("configurations")
  void aWrittenModelComesBack(FastViTConfig config, Form form) {
    Path file = directory.resolve("model.safetensors");
    List<String> names = new ArrayList<>();
    for (int i = 0; i < config.classes(); i++) {
      names.add("class " + i);
    }
    Preprocessing preprocessing =
        new Preprocessing(96, 64, 0.875, List.of(0.5f, 0.25f, 0.1f), List.of(1f, 2f, 0.3f));
    ModelInfo info = new ModelInfo(config, preprocessing, new Labels(names));
    Graph written = graph(config, form);
    for (Naming naming : Naming.values()) {
      Checkpoint.write(file, written, info, DType.F32, naming);
      try (Checkpoint checkpoint = Checkpoint.open(file)) {
        assertEquals(naming, checkpoint.naming());
        assertEquals(form, checkpoint.form());
        assertEquals(info, checkpoint.info());
        assertEquals(config, checkpoint.config());
        assertEquals(List.of(), checkpoint.warnings());
        assertEquals("safetensors", checkpoint.file().format());
        Model model = checkpoint.model();
        assertEquals(form, model.form());
        assertEquals(preprocessing, model.preprocessing());
        assertEquals(names, model.labels().names());
        assertSameTensors(written, model.graph());
      }
    }
  }

  /** What shapes cannot show is as in the paper: name, activation, and, folded, the branches. */
  @ParameterizedTest
  @MethodSource("configurations")
  void withoutMetadataShapesSuffice(FastViTConfig config, Form form) {
    Path file = directory.resolve("model.safetensors");
    Graph written = graph(config, form);
    SafetensorsWriter.write(file, written.tensors().values(), Map.of());
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      FastViTConfig expected =
          new FastViTConfig(
              "fastvit",
              config.embedDims(),
              config.depths(),
              config.mlpRatios(),
              config.mixers(),
              config.positionalEncodings(),
              config.convFfnKernel(),
              config.patchEmbeddingKernel(),
              config.factorized(),
              config.overparameterized() || form != Form.TRAIN,
              config.normalization(),
              ActivationKind.GELU,
              config.headRatio(),
              config.classes());
      assertEquals(form, checkpoint.form());
      assertEquals(expected, checkpoint.config());
      assertEquals(Preprocessing.imageNet(256, 0.9), checkpoint.info().preprocessing());
      assertEquals(Labels.numbered(config.classes()), checkpoint.info().labels());
      assertSameTensors(written, checkpoint.model().graph());
    }
  }

  private static void assertSameTensors(Graph expected, Graph actual) {
    assertEquals(List.copyOf(expected.tensors().keySet()), List.copyOf(actual.tensors().keySet()));
    expected
        .tensors()
        .forEach(
            (name, tensor) ->
                assertEquals(-1, tensor.data().mismatch(actual.tensors().get(name).data()), name));
  }

  /** Zeros in the shapes of a published checkpoint. */
  private static TensorFile published(String model, Naming naming, String form) {
    Map<String, List<Integer>> shapes = ReferenceNames.read(model, naming, form);
    MemorySegment zeros = MemorySegment.ofArray(new byte[1 << 23]);
    var tensors = new LinkedHashMap<String, Tensor>();
    shapes.forEach(
        (name, extents) -> {
          int[] shape = extents.stream().mapToInt(Integer::intValue).toArray();
          long bytes = Tensor.shapeOnly(name, shape).byteSize();
          tensors.put(name, Tensor.of(name, DType.F32, shape, zeros.asSlice(0, bytes)));
        });
    tensors.put(
        naming == Naming.ORIGINAL ? ORIGINAL_STEPS : TIMM_STEPS,
        Tensor.of("steps", DType.I64, new int[0], zeros.asSlice(0, 8)));
    return new TensorFile(model, "safetensors", tensors, new LinkedHashMap<>(), () -> {});
  }

  @ParameterizedTest
  @EnumSource(
      value = Variant.class,
      names = {"T8", "SA12", "MA36"})
  void recognisesPublishedCheckpoints(Variant variant) {
    for (Naming naming : Naming.values()) {
      for (String form : List.of("train", "published")) {
        Checkpoint checkpoint = Checkpoint.of(published(variant.config().name(), naming, form));
        assertEquals(variant.config(), checkpoint.config());
        assertEquals(naming, checkpoint.naming());
        assertEquals(form.equals("train") ? Form.TRAIN : Form.PUBLISHED, checkpoint.form());
        assertEquals(
            Preprocessing.imageNet(256, variant.crop()), checkpoint.info().preprocessing());
        assertEquals(ImageNetLabels.labels(), checkpoint.info().labels());
        assertEquals(variant.config().name(), checkpoint.model().graph().name());
      }
    }
  }

  @Test
  void aForcedVariantNamesWhatDiffers() {
    TensorFile file = published("fastvit_sa12", Naming.ORIGINAL, "train");
    assertEquals(Variant.SA12.config(), Checkpoint.of(file, Variant.SA12.config()).config());
    CheckpointException e =
        assertThrows(CheckpointException.class, () -> Checkpoint.of(file, Variant.S12.config()));
    String message = e.getMessage();
    assertTrue(message.startsWith("fastvit_sa12: its tensors are not those of fastvit_s12"));
    assertTrue(message.contains("missing (stages.3.blocks.0.token_mixer.mixer."), message);
    assertTrue(message.contains("unexpected (stages.3.pos_emb.pos_enc.weight, "), message);
    CheckpointException shapes =
        assertThrows(CheckpointException.class, () -> Checkpoint.of(file, Variant.MA36.config()));
    assertTrue(
        shapes
            .getMessage()
            .contains("stem.0.conv_scale.conv.weight [64, 3, 1, 1] instead of [76, 3, 1, 1]"),
        shapes.getMessage());
    assertFalse(message.contains("num_batches_tracked"));
  }

  @Test
  void aForcedVariantTakesAnyNumberOfClassesAndTheMetadatasLabels() {
    FastViTConfig config = Variant.T8.config().withClasses(3);
    ModelInfo info =
        new ModelInfo(
            config, Preprocessing.imageNet(128, 1), new Labels(List.of("cat", "dog", "cow")));
    Path file = directory.resolve("model.safetensors");
    Checkpoint.write(file, graph(config, Form.INFERENCE), info, DType.F16);
    try (Checkpoint checkpoint = Checkpoint.open(file, Variant.T8.config())) {
      assertEquals(info, checkpoint.info());
      assertEquals(DType.F16, checkpoint.parameters().firstEntry().getValue().dtype());
    }
    CheckpointException e =
        assertThrows(CheckpointException.class, () -> Checkpoint.open(file, Variant.SA12.config()));
    assertTrue(e.getMessage().contains("fastvit_sa12 with 3 classes in the inference form"));
    assertThrows(
        CheckpointException.class,
        () -> Checkpoint.of(RawFile.read(RawFile.of("{}", 0)), Variant.T8.config()));
  }

  @Test
  void refusesWhatIsNoFastViT() throws IOException {
    assertRefused(List.of(), tensors -> tensors, "is no FastViT");
    assertRefused(
        List.of(Tensor.of("fc.weight", new float[6], 2, 3)), tensors -> tensors, "has fc.weight");
  }

  static Stream<Arguments> damages() {
    return Stream.of(
        Arguments.of("head.fc.bias", null, "1 missing (head.fc.bias)"),
        Arguments.of("stages.2.blocks.0.mlp.fc2.bias", null, "missing (stages.2.blocks.0.mlp"),
        Arguments.of(
            "stages.1.blocks.0.mlp.fc1.weight", null, "no tensor stages.1.blocks.0.mlp.fc1.weight"),
        Arguments.of("final_conv.conv_kxk.0.conv.weight", null, "no tensor final_conv"),
        Arguments.of(
            "stages.0.blocks.0.layer_scale.gamma",
            Tensor.of("x", new float[8], 8),
            "layer_scale.gamma [8] instead of [8, 1, 1]"),
        Arguments.of("head.fc.weight", Tensor.of("x", new float[5], 5), "must have 2 dimensions"),
        Arguments.of(
            "stages.0.blocks.0.mlp.fc1.weight",
            Tensor.of("x", new float[15 * 8], 15, 8, 1, 1),
            "no whole ratio"),
        Arguments.of(
            "stages.3.blocks.0.mlp.fc1.weight",
            Tensor.of("x", new float[48 * 48], 48, 48, 1, 1),
            "no heads of 32"),
        Arguments.of(
            "head.fc.bias",
            Tensor.of("x", DType.I32, new int[] {5}, MemorySegment.ofArray(new int[5])),
            "head.fc.bias I32 [5] must be of a floating-point type"));
  }

  @ParameterizedTest
  @MethodSource("damages")
  void namesTheTensorThatIsWrong(String name, Tensor replacement, String message) {
    assertRefused(
        graph(SMALL, Form.TRAIN).tensors().values().stream().toList(),
        tensors -> {
          tensors.removeIf(tensor -> tensor.name().equals(name));
          if (replacement != null) {
            tensors.add(replacement.withName(name));
          }
          return tensors;
        },
        message);
  }

  @Test
  void refusesATensorUnderBothNames() {
    Graph graph = graph(SMALL, Form.TRAIN);
    assertRefused(
        graph.tensors().values().stream().toList(),
        tensors -> {
          tensors.add(tensors.getFirst().withName("patch_embed.0.rbr_conv.0.conv.weight"));
          return tensors;
        },
        "it has the tensor stem.0.conv_kxk.0.conv.weight twice");
  }

  private void assertRefused(
      List<Tensor> tensors, UnaryOperator<List<Tensor>> change, String message) {
    Path file = directory.resolve("model.safetensors");
    SafetensorsWriter.write(file, change.apply(new ArrayList<>(tensors)), Map.of());
    CheckpointException e = assertThrows(CheckpointException.class, () -> Checkpoint.open(file));
    assertTrue(e.getMessage().contains(message), e.getMessage());
    assertFalse(e.getMessage().contains("\n"));
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F64", "F32", "F16", "BF16"})
  void warnsOfNumbersThatAreNone(DType dtype) throws IOException {
    Path file = directory.resolve("model.safetensors");
    List<Tensor> tensors = new ArrayList<>(graph(SMALL, Form.TRAIN).tensors().values());
    tensors.removeIf(tensor -> tensor.name().equals("head.fc.bias"));
    float[] bias = {1, Float.NaN, -3, Float.NEGATIVE_INFINITY, 5};
    tensors.add(Tensor.of("head.fc.bias", bias, 5));
    SafetensorsWriter.write(file, tensors, Map.of(), dtype);
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      assertEquals(
          List.of(file + ": tensor head.fc.bias has 2 of 5 values that are NaN or infinite"),
          checkpoint.warnings());
      assertSame(checkpoint.warnings(), checkpoint.warnings());
    }
    MemorySegment bytes = MemorySegment.ofArray(Files.readAllBytes(file));
    assertEquals(1, Checkpoint.of("resource", bytes).warnings().size());
  }

  @Test
  void warnsOfNumbersThatASessionCannotHave() {
    Path file = directory.resolve("model.safetensors");
    List<Tensor> tensors = new ArrayList<>(graph(SMALL, Form.TRAIN).tensors().values());
    tensors.removeIf(tensor -> tensor.name().equals("head.fc.bias"));
    double[] bias = {1, Float.MAX_VALUE, -1e39, Double.MAX_VALUE, Double.MIN_VALUE};
    tensors.add(Tensor.of("head.fc.bias", bias, 5));
    SafetensorsWriter.write(file, tensors, Map.of());
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      assertEquals(
          List.of(
              file
                  + ": tensor head.fc.bias has 2 of 5 values beyond the range of float32, infinite"
                  + " in a session"),
          checkpoint.warnings());
    }
    CheckpointException e =
        assertThrows(
            CheckpointException.class,
            () -> SafetensorsWriter.write(file, tensors, Map.of(), DType.F32));
    assertTrue(e.getMessage().contains("tensor head.fc.bias has -1.0E39, beyond the range of F32"));
  }

  @Test
  void itsWeightsHaveTheirShapes() {
    Checkpoint checkpoint = Checkpoint.of(published("fastvit_t8", Naming.TIMM, "train"));
    assertTrue(checkpoint.weights().has("head.fc.bias"));
    assertFalse(checkpoint.weights().has("head.bias"));
    assertEquals("head.fc.bias", checkpoint.weights().tensor("head.fc.bias", 1000).name());
    assertThrows(
        IllegalArgumentException.class, () -> checkpoint.weights().tensor("head.fc.bias", 10));
    assertThrows(IllegalArgumentException.class, () -> checkpoint.weights().tensor("x", 10));
    assertFalse(checkpoint.parameters().containsKey(TIMM_STEPS));
  }
}
