package fastvit4j.tools.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.UserException;
import fastvit4j.model.fastvit.Variant;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RegistryTest {
  private static final String MODEL =
      """
      {"name": "a/b", "aliases": ["b"], "format": "pt", "licence": "l", "size": 5,
       "url": "https://models.example/b.pt"}\
      """;

  private static String registry(String model) {
    return """
    {"format": "fastvit4j-registry", "version": 1,
     "licences": {"l": {"name": "L", "url": "https://l.example", "notice": "N"}},
     "models": [%s]}\
    """
        .formatted(model);
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void knowsEveryPublishedCheckpointOfAVariant(Variant variant) {
    List<PublishedModel> models =
        Registry.bundled().models().stream()
            .filter(model -> model.variant().equals(Optional.of(variant)))
            .toList();
    // timm's, plain and distilled; Apple's, plain and distilled, each fused and not.
    assertEquals(6, models.size());
    assertEquals(3, models.stream().filter(PublishedModel::distilled).count());
    for (PublishedModel model : models) {
      assertEquals("https", model.url().getScheme());
      assertEquals(variant.crop(), model.input().orElseThrow().crop());
      assertEquals(256, model.input().orElseThrow().height());
      assertTrue(model.accuracy("imagenet").getFirst().top1() > 75, model.name());
    }
  }

  @Test
  void findsModelsByNamesAndAliases() {
    Registry registry = Registry.bundled();
    assertEquals("fastvit_sa12.apple_in1k", registry.find("sa12").name());
    assertEquals("fastvit_sa12.apple_dist_in1k", registry.find("SA12-distilled").name());
    assertEquals("apple/fastvit_t8_reparam", registry.find("apple/fastvit_t8_reparam").name());
    String message = assertThrows(UserException.class, () -> registry.find("sa13")).getMessage();
    assertTrue(message.contains("did you mean sa12"), message);
    message = assertThrows(UserException.class, () -> registry.find("resnet50")).getMessage();
    assertTrue(message.contains("--list"), message);
  }

  @Test
  void anotherRegistryComesFirst() {
    Registry own = Registry.parse("own", registry(MODEL.replace("\"b\"]", "\"sa12\"]")));
    Registry both = Registry.bundled().with(own);
    assertEquals("a/b", both.find("sa12").name());
    assertEquals(Registry.bundled().models().size() + 1, both.models().size());
    assertEquals("a-b.pt", both.find("a/b").fileName());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"a/b\" | \"../b\" | the name ../b must be",
        "\"a/b\" | \"/etc/x\" | the name /etc/x must be",
        "\"a/b\" | \"a//b\" | the name a//b must be",
        "\"a/b\" | 7 | models[0].name must be text",
        "\"pt\" | \"exe\" | models[0].format must be one of",
        "\"l\" | \"m\" | models[0].licence must be one of those under licences",
        "https: | http: | models[0].url must be an https address",
        "https: | file: | models[0].url must be an https address",
        "models.example | me:pw@models.example | models[0].url must be an https address",
        "5 | 0 | models[0].size must be a whole number of at least 1",
        "5 | -1 | models[0].size must be a whole number of at least 1",
        "5 | 1.5 | models[0].size must be a whole number of at least 1",
        "\"size\": 5 | \"sha256\": \"abc\" | models[0].sha256 must be 64 hexadecimal digits",
        "\"size\": 5 | \"sha-256\": \"abc\" | did you mean sha256?",
        "\"size\": 5 | \"variant\": \"t9\" | models[0].variant must be a variant",
        "\"size\": 5 | \"distilled\": 1 | models[0].distilled must be true or false",
        "\"size\": 5 | \"aliases\": \"b\" | twice",
        "\"size\": 5 | \"accuracy\": [{\"top1\": 1}] | models[0].accuracy[0].source must be text",
        "\"size\": 5 | \"input\": {\"size\": 0} | models[0].input.size must be",
      })
  void refusesWhatIsWrongByItsField(String right, String wrong, String expected) {
    String text = registry(MODEL.replace(right, wrong));
    String message =
        assertThrows(UserException.class, () -> Registry.parse("FILE", text)).getMessage();
    assertTrue(message.startsWith("FILE is no registry of checkpoints: "), message);
    assertTrue(message.contains(expected.replace("source must be text", "")), message);
    assertEquals(1, message.lines().count());
  }

  @Test
  void refusesModelsOfOneName() {
    String text = registry(MODEL + ", " + MODEL.replace("a/b", "A-b"));
    String message =
        assertThrows(UserException.class, () -> Registry.parse("FILE", text)).getMessage();
    assertTrue(message.contains("two models are named A-b"), message);
  }

  @Test
  void refusesFilesThatAreNone() {
    assertThrows(UserException.class, () -> Registry.read(Path.of("missing.json")));
    assertThrows(UserException.class, () -> Registry.parse("FILE", "[]"));
    assertThrows(UserException.class, () -> Registry.parse("FILE", "{\"format\": \"x\"}"));
  }
}
