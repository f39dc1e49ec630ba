package fastvit4j.model.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  @Test
  void readsEveryKindOfValue() throws JsonFormatException {
    Map<String, Object> json =
        Json.parseObject(
            """
            {"text": "größe\\n", "whole": -7, "huge": 18446744073709551616, "real": 1.5e3,
             "list": [true, false, null, {}], "object": {"b": [], "a": 9223372036854775807}}
            """);
    assertEquals("größe\n", json.get("text"));
    assertEquals(-7L, json.get("whole"));
    assertEquals(BigInteger.TWO.pow(64), json.get("huge"));
    assertEquals(1500.0, json.get("real"));
    assertEquals(Arrays.asList(true, false, null, Map.of()), json.get("list"));
    assertEquals(Map.of("b", List.of(), "a", Long.MAX_VALUE), json.get("object"));
    assertEquals(
        List.of("text", "whole", "huge", "real", "list", "object"), List.copyOf(json.keySet()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "[]",
        "7",
        "\"text\"",
        "{",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "{\"a\":1,",
        "{\"a\":[",
        "{\"a\":[1",
        "{\"a\":[1,]}",
        "{\"a\":1,}",
        "{\"a\":1}}",
        "{\"a\":1} x",
        "{\"a\":1}{}",
        "{\"a\":1,\"a\":2}",
        "{\"a\":{\"b\":1,\"b\":2}}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":NaN}",
        "{\"a\":01}",
        "{\"a\":\"\n\"}",
        "{\"a\":nul}",
        "{\"a\":\"\\x\"}",
        "// c\n{}",
        "\ufeff{}x"
      })
  void refusesWhatIsNoObject(String text) {
    JsonFormatException e =
        assertThrows(JsonFormatException.class, () -> Json.parseObject(text), text);
    assertFalse(e.getMessage().isBlank());
    assertFalse(e.getMessage().contains("\n"), e.getMessage());
  }

  @Test
  void limitsNestingAndLengths() {
    String deep = "{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
    assertThrows(JsonFormatException.class, () -> Json.parseObject(deep));
    String deepObjects = "{\"a\":".repeat(100_000);
    assertThrows(JsonFormatException.class, () -> Json.parseObject(deepObjects));
    String name = "{\"" + "n".repeat(100_000) + "\": 1}";
    assertThrows(JsonFormatException.class, () -> Json.parseObject(name));
    String number = "{\"a\": " + "9".repeat(100_000) + "}";
    assertThrows(JsonFormatException.class, () -> Json.parseObject(number));
    String real = "{\"a\": 1e" + "9".repeat(100_000) + "}";
    assertThrows(JsonFormatException.class, () -> Json.parseObject(real));
  }

  @Test
  void writesWhatItReads() throws JsonFormatException {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("b", Arrays.asList(1L, null, "\"\u0001\n", true));
    json.put("a", Map.of("x", 2.5));
    assertEquals(json, Json.parseObject(Json.write(json)));
    assertFalse(Json.write(json).contains("\n"));
    assertEquals(json, Json.parseObject(Json.writePretty(json)));
    assertTrue(Json.writePretty(json).endsWith("}\n"));
  }

  @Test
  void writesOneLineForListsWithoutObjects() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("a", List.of(List.of(1, 2), List.of(Double.NaN, Float.POSITIVE_INFINITY)));
    json.put("b", null);
    json.put("c", List.of(Map.of("x", -0.5f)));
    String text =
        """
        {
          "a": [[1, 2], ["NaN", "Infinity"]],
          "b": null,
          "c": [
            {
              "x": -0.5
            }
          ]
        }
        """;
    assertEquals(text, Json.writePretty(json));
    assertEquals(text.replace("  \"b\": null,\n", ""), Json.writePrettyWithoutNulls(json));
    assertThrows(IllegalArgumentException.class, () -> Json.write(new Object()));
  }

  @Test
  void readsNumbersExactly() throws JsonFormatException {
    Map<String, Object> json =
        Json.parseObject("{\"a\":-0,\"b\":-9223372036854775808,\"c\":-0.0,\"d\":1E400}");
    assertEquals(0L, json.get("a"));
    assertEquals(Long.MIN_VALUE, json.get("b"));
    assertEquals(-0.0, json.get("c"));
    assertEquals(Double.POSITIVE_INFINITY, json.get("d"));
  }

  @Test
  void wholeNumbersOfTheIntRange() {
    assertEquals(Optional.of(-5), Json.asInt(-5L));
    assertEquals(Optional.empty(), Json.asInt(1L << 31));
    assertEquals(Optional.empty(), Json.asInt(1.0));
    assertEquals(Optional.empty(), Json.asInt(null));
  }
}
