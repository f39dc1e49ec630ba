package fastvit4j.model.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginalNamesTest {
  @ParameterizedTest
  @CsvSource({
    "fastvit_t8, train",
    "fastvit_t8, published",
    "fastvit_sa12, train",
    "fastvit_sa12, published",
    "fastvit_ma36, train",
    "fastvit_ma36, published"
  })
  void everyPublishedTensorHasItsNameInBoth(String model, String form) {
    SequencedMap<String, List<Integer>> original =
        ReferenceNames.read(model, Naming.ORIGINAL, form);
    SequencedMap<String, List<Integer>> timm = ReferenceNames.read(model, Naming.TIMM, form);
    Map<String, List<Integer>> translated = new LinkedHashMap<>();
    OriginalNames.toTimm(original.keySet())
        .forEach((from, to) -> translated.put(to, original.get(from)));
    assertEquals(timm, translated);
    Map<String, List<Integer>> back = new LinkedHashMap<>();
    OriginalNames.fromTimm(timm.keySet()).forEach((from, to) -> back.put(to, timm.get(from)));
    assertEquals(original, back);
    assertEquals(Naming.ORIGINAL, Naming.of(original.keySet()));
    assertEquals(Naming.TIMM, Naming.of(timm.keySet()));
  }

  @Test
  void everyStageMayHaveAnEncoding() {
    List<String> original =
        List.of(
            "network.0.pe.weight",
            "network.1.0.convffn.fc1.weight",
            "network.2.proj.0.lkb_origin.conv.weight",
            "network.3.1.token_mixer.qkv.weight",
            "network.4.proj.0.lkb_reparam.bias",
            "network.4.proj.1.reparam_conv.weight",
            "network.5.reparam_conv.weight",
            "network.6.0.layer_scale_1");
    List<String> timm =
        List.of(
            "stages.0.pos_emb.pos_enc.weight",
            "stages.0.blocks.0.mlp.fc1.weight",
            "stages.1.downsample.proj.0.large_conv.conv.weight",
            "stages.1.blocks.1.token_mixer.qkv.weight",
            "stages.2.downsample.proj.0.reparam_conv.bias",
            "stages.2.downsample.proj.1.reparam_conv.weight",
            "stages.2.pos_emb.reparam_conv.weight",
            "stages.2.blocks.0.layer_scale_1.gamma");
    assertEquals(timm, List.copyOf(OriginalNames.toTimm(original).values()));
    assertEquals(original, List.copyOf(OriginalNames.fromTimm(timm).values()));
  }

  @Test
  void aMissingEmbeddingShiftsNoStage() {
    Map<String, String> timm =
        OriginalNames.toTimm(List.of("network.0.0.layer_scale", "network.2.0.layer_scale"));
    assertEquals("stages.1.blocks.0.layer_scale.gamma", timm.get("network.2.0.layer_scale"));
  }

  @Test
  void aDenseEmbeddingIsAMobileOneBlock() {
    List<String> timm =
        List.of("stages.1.downsample.proj.0.reparam_conv.weight", "stages.1.blocks.0.norm.weight");
    assertEquals(
        "network.0.proj.0.reparam_conv.weight",
        OriginalNames.fromTimm(timm).get("stages.1.downsample.proj.0.reparam_conv.weight"));
  }

  @Test
  void namesWithoutARuleStay() {
    List<String> names =
        List.of(
            "network.x.0.weight", "network.3.odd.weight", "network.99999.0.a", "heads.weight", "a");
    assertEquals(names, List.copyOf(OriginalNames.toTimm(names).values()));
    List<String> others = List.of("stages.x.blocks.0.weight", "stages.0.other.weight", "a.gamma");
    assertEquals(others, List.copyOf(OriginalNames.fromTimm(others).values()));
    assertEquals(names.size(), new HashSet<>(OriginalNames.toTimm(names).values()).size());
    assertTrue(OriginalNames.isOriginal("network.3.odd.weight"));
    assertFalse(OriginalNames.isOriginal("stem.0.weight"));
  }
}
