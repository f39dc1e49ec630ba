package fastvit4j.model.io;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.jr.ob.JSON;

/**
 * JSON as plain maps and lists: objects are {@link LinkedHashMap}s in the text's order, arrays
 * {@link ArrayList}s, whole numbers {@link Long} (or {@link BigInteger} beyond it), other numbers
 * {@link Double}.
 *
 * <p>Reading is strict (no duplicate names, nothing after the value) and bounded (nesting, lengths
 * of names, numbers and strings), so that no text from a file can exhaust the stack or the memory.
 */
public final class Json {
  private static final int DEEPEST = 32;
  private static final int LONGEST_NAME = 1_000;
  private static final int LONGEST_NUMBER = 50;
  private static final int LONGEST_TEXT = 100_000_000;

  private static final JsonFactory STRICT =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxNameLength(LONGEST_NAME)
                  .maxNumberLength(LONGEST_NUMBER)
                  .maxStringLength(LONGEST_TEXT)
                  .maxDocumentLength(LONGEST_TEXT)
                  .build())
          .build();

  private Json() {}

  /**
   * Parses an object.
   *
   * @throws JsonFormatException if the text is anything else
   */
  public static Map<String, Object> parseObject(String text) throws JsonFormatException {
    try (JsonParser parser = STRICT.createParser(ObjectReadContext.empty(), text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new JsonFormatException("it is not a JSON object");
      }
      Map<String, Object> object = object(parser);
      if (parser.nextToken() != null) {
        throw new JsonFormatException("something follows the JSON object's end");
      }
      return object;
    } catch (JacksonException e) {
      throw new JsonFormatException(describe(e));
    }
  }

  /** The JSON of maps, lists, strings, numbers, booleans and nulls, on one line. */
  public static String write(Object value) {
    return Writers.PLAIN.asString(value);
  }

  /** The same, indented, with a line end after it. */
  public static String writePretty(Object value) {
    return Writers.PRETTY.asString(value) + "\n";
  }

  /** The value as a whole number of the int range; empty if it is anything else. */
  public static Optional<Integer> asInt(Object value) {
    boolean fits = value instanceof Long whole && whole.intValue() == whole.longValue();
    return fits ? Optional.of(((Long) value).intValue()) : Optional.empty();
  }

  /** Apart, as most programs only read. */
  private static final class Writers {
    static final JSON PLAIN = JSON.builder().enable(JSON.Feature.WRITE_NULL_PROPERTIES).build();
    static final JSON PRETTY =
        JSON.builder()
            .enable(JSON.Feature.WRITE_NULL_PROPERTIES, JSON.Feature.PRETTY_PRINT_OUTPUT)
            .build();
  }

  private static Object value(JsonParser parser) throws JsonFormatException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      case VALUE_STRING -> parser.getString();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_NUMBER_INT -> wholeNumber(parser.getBigIntegerValue());
      default -> throw new JsonFormatException("it ends before its value does");
    };
  }

  private static Object wholeNumber(BigInteger number) {
    return number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
  }

  private static Map<String, Object> object(JsonParser parser) throws JsonFormatException {
    Map<String, Object> object = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      object.put(name, value(parser));
    }
    return object;
  }

  private static List<Object> array(JsonParser parser) throws JsonFormatException {
    List<Object> array = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      array.add(value(parser));
    }
    return array;
  }

  private static String describe(JacksonException e) {
    TokenStreamLocation where = e.getLocation();
    String place = where == null ? "" : " (at character " + where.getCharOffset() + ")";
    return Text.quote(e.getOriginalMessage()) + place;
  }
}
