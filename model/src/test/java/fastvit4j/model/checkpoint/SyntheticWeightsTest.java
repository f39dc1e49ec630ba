package fastvit4j.model.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.fastvit.FastViT;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.fastvit.Variant;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SyntheticWeightsTest {
  /**
   * Expected values from the NumPy program that defines the generator, as the bits of float32:
   * elements {@code index:bits}, and over all elements the sum of {@code bits · (index mod 97 + 1)}
   * modulo 2⁶⁴, which any wrong or misplaced element changes.
   */
  @ParameterizedTest
  @CsvSource({
    "1, stem.0.conv_kxk.0.conv.weight, 64x3x3x3, 0:be0d4730 1:3e3bd230 864:3c24b9ab 1727:bd849e4b,"
        + " 179125183792895",
    "1, stem.0.conv_kxk.0.bn.weight, 64, 0:3f87188a 1:3f86e503 32:3f88590d 63:3f8c5c69,"
        + " 2215479447778",
    "1, stem.0.conv_kxk.0.bn.bias, 64, 0:bd17835b 1:bd2b3476 32:babf0566 63:3c801953,"
        + " 4146328765931",
    "1, stem.0.conv_kxk.0.bn.running_mean, 64, 0:bd92d61b 1:bdbfd813 32:3cefe380 63:3d1be92a,"
        + " 3982838942320",
    "1, stem.0.conv_kxk.0.bn.running_var, 64, 0:3f72fcc6 1:3f85ac49 32:3f4e8787 63:3f59e0b2,"
        + " 2215039495513",
    "7, stages.0.blocks.0.layer_scale.gamma, 48x1x1, 0:3dc3da76 1:3ddcdf1d 24:3d9894c9 47:3deca5de,"
        + " 1218581322006",
    "7, network.7.0.layer_scale_1, 512x1x1, 0:3d9aca42 1:3de0445a 256:3d9b426f 511:3daeef2d,"
        + " 25024936041116",
    "-3, head.fc.weight, 1000x768, 0:bcd0fc24 1:3cb6d404 384000:bc6cd1d0 767999:bd05f864,"
        + " 78813921595283436",
    "4611686018427387904, stages.3.blocks.1.token_mixer.qkv.weight, 1536x512, 0:bd87b0b2 1:bc0295fc"
        + " 393216:3d1b0921 786431:bae85014, 80785993256633980",
    "0, cls_token, 1x1x192, 0:3da53616 1:bd927666 96:b9eba99a 191:bb8e1ab3, 20554003377461",
    "5, größe.weight, 3x5, 0:3ebca89c 1:bf0b2df5 7:3e5b4cd5 14:3ea4ab1d, 324279961929"
  })
  void hasTheDefinedBits(long seed, String name, String shape, String samples, long sum) {
    int[] extents = Arrays.stream(shape.split("x", -1)).mapToInt(Integer::parseInt).toArray();
    assertBits(new SyntheticWeights(seed).tensor(name, extents), samples, sum);
  }

  @Test
  void theInputHasTheDefinedBits() {
    Tensor image = new SyntheticWeights(1).image(2, 3, 5, 7);
    assertEquals("input", image.name());
    assertTrue(image.hasShape(2, 3, 5, 7));
    assertBits(image, "0:3fd72956 1:3fcc9c00 105:3ff14b44 209:bfd99eba", 19840435018050L);
  }

  private static void assertBits(Tensor tensor, String samples, long sum) {
    for (String sample : samples.split(" ", -1)) {
      String[] fields = sample.split(":", -1);
      int bits = Float.floatToRawIntBits(tensor.getFloat(Long.parseLong(fields[0])));
      assertEquals(fields[1], Integer.toHexString(bits), tensor + " at " + fields[0]);
    }
    long actual = 0;
    for (long i = 0; i < tensor.elements(); i++) {
      actual += Integer.toUnsignedLong(Float.floatToRawIntBits(tensor.getFloat(i))) * (i % 97 + 1);
    }
    assertEquals(sum, actual);
  }

  @Test
  void everyTensorOfEveryVariantHasARole() {
    SyntheticWeights weights = new SyntheticWeights(1);
    for (Variant variant : Variant.values()) {
      for (Form form : Form.values()) {
        Graph graph = FastViT.graph(variant.config(), form, weights);
        assertFalse(graph.tensors().isEmpty());
      }
    }
    assertFalse(weights.has("stem.0.conv_kxk.0.conv.weight"));
  }

  @Test
  void refusesANameWithoutARole() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> new SyntheticWeights(1).tensor("a.b", 3));
    assertTrue(e.getMessage().contains("a.b"));
  }
}
