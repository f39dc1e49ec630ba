package fastvit4j.model.io;

import com.google.gson.FormattingStyle;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

  /** Digits that every {@code long} has room for. */
  private static final int LONG_DIGITS = 18;

  private static final FormattingStyle ONE_LINE =
      FormattingStyle.COMPACT.withSpaceAfterSeparators(true);

  private Json() {}

  /**
   * Parses an object.
   *
   * @throws JsonFormatException if the text is anything else
   */
  public static Map<String, Object> parseObject(String text) throws JsonFormatException {
    if (text.length() > LONGEST_TEXT) {
      throw new JsonFormatException("it has more than " + LONGEST_TEXT + " characters");
    }
    JsonReader reader = new JsonReader(new StringReader(text));
    reader.setStrictness(Strictness.STRICT);
    try {
      // A byte order mark would be passed over.
      if (text.startsWith("\ufeff") || reader.peek() != JsonToken.BEGIN_OBJECT) {
        throw new JsonFormatException("it is not a JSON object");
      }
      Map<String, Object> object = object(reader, DEEPEST);
      requireEnd(reader);
      return object;
    } catch (IOException e) {
      throw new JsonFormatException("it is not well-formed JSON at " + place(reader));
    }
  }

  /**
   * The JSON of maps, lists, strings, enum constants, numbers, booleans and nulls, on one line; NaN
   * and infinite numbers become strings.
   *
   * @throws IllegalArgumentException if there is anything else in it
   */
  public static String write(Object value) {
    return write(value, FormattingStyle.COMPACT, true);
  }

  /** The same, indented, with a line end after it; lists without objects take a line. */
  public static String writePretty(Object value) {
    return write(value, FormattingStyle.PRETTY, true) + "\n";
  }

  /** The same without the names whose value is null. */
  public static String writePrettyWithoutNulls(Object value) {
    return write(value, FormattingStyle.PRETTY, false) + "\n";
  }

  /** The value as a whole number of the int range; empty if it is anything else. */
  public static Optional<Integer> asInt(Object value) {
    boolean fits = value instanceof Long whole && whole.intValue() == whole.longValue();
    return fits ? Optional.of(((Long) value).intValue()) : Optional.empty();
  }

  private static void requireEnd(JsonReader reader) throws JsonFormatException {
    try {
      if (reader.peek() == JsonToken.END_DOCUMENT) {
        return;
      }
    } catch (IOException e) {
      // Said below.
    }
    throw new JsonFormatException("something follows the JSON object's end");
  }

  /** Reads a value in which {@code depth} more objects and arrays may be nested. */
  private static Object value(JsonReader reader, int depth)
      throws IOException, JsonFormatException {
    JsonToken next = reader.peek();
    if (depth == 0 && (next == JsonToken.BEGIN_OBJECT || next == JsonToken.BEGIN_ARRAY)) {
      throw new JsonFormatException("it is nested more than " + DEEPEST + " deep");
    }
    return switch (next) {
      case BEGIN_OBJECT -> object(reader, depth);
      case BEGIN_ARRAY -> array(reader, depth);
      case STRING -> reader.nextString();
      case BOOLEAN -> reader.nextBoolean();
      case NUMBER -> number(reader);
      case NULL -> {
        reader.nextNull();
        yield null;
      }
      default -> throw new JsonFormatException("it ends before its value does");
    };
  }

  private static Object number(JsonReader reader) throws IOException, JsonFormatException {
    String text = reader.nextString();
    if (text.length() > LONGEST_NUMBER) {
      throw new JsonFormatException(
          "it has a number of more than " + LONGEST_NUMBER + " characters");
    }
    if (text.indexOf('.') >= 0 || text.indexOf('e') >= 0 || text.indexOf('E') >= 0) {
      return Double.parseDouble(text);
    }
    if (text.length() <= LONG_DIGITS) {
      return Long.parseLong(text);
    }
    BigInteger whole = new BigInteger(text);
    return whole.bitLength() < Long.SIZE ? (Object) whole.longValue() : whole;
  }

  private static Map<String, Object> object(JsonReader reader, int depth)
      throws IOException, JsonFormatException {
    Map<String, Object> object = new LinkedHashMap<>();
    reader.beginObject();
    while (reader.hasNext()) {
      String name = reader.nextName();
      if (name.length() > LONGEST_NAME) {
        throw new JsonFormatException("it has a name of more than " + LONGEST_NAME + " characters");
      }
      if (object.containsKey(name)) {
        throw new JsonFormatException("it has " + Text.quote(name) + " twice");
      }
      object.put(name, value(reader, depth - 1));
    }
    reader.endObject();
    return object;
  }

  private static List<Object> array(JsonReader reader, int depth)
      throws IOException, JsonFormatException {
    List<Object> array = new ArrayList<>();
    reader.beginArray();
    while (reader.hasNext()) {
      array.add(value(reader, depth - 1));
    }
    reader.endArray();
    return array;
  }

  /** Where the reader is, as names and indices from the text's beginning, the {@code $}. */
  private static String place(JsonReader reader) {
    String place = reader.getPath();
    return Text.quote(place.length() > LONGEST_NAME ? place.substring(0, LONGEST_NAME) : place);
  }

  private static String write(Object value, FormattingStyle style, boolean nulls) {
    StringWriter text = new StringWriter();
    try (JsonWriter writer = new JsonWriter(text)) {
      writer.setFormattingStyle(style);
      writer.setSerializeNulls(nulls);
      write(value, writer);
    } catch (IOException e) {
      throw new UncheckedIOException("a text in memory cannot be written", e);
    }
    return text.toString();
  }

  private static void write(Object value, JsonWriter writer) throws IOException {
    switch (value) {
      case null -> writer.nullValue();
      case Boolean truth -> writer.value(truth);
      // JSON has no such numbers.
      case Double number when !Double.isFinite(number) -> writer.value(number.toString());
      case Float number when !Float.isFinite(number) -> writer.value(number.toString());
      case Number number -> writer.value(number);
      case Map<?, ?> map -> {
        writer.beginObject();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          write(entry.getValue(), writer.name(entry.getKey().toString()));
        }
        writer.endObject();
      }
      case Iterable<?> list -> writeList(list, writer);
      case CharSequence text -> writer.value(text.toString());
      case Enum<?> constant -> writer.value(constant.name());
      default -> throw new IllegalArgumentException(value.getClass() + " has no JSON");
    }
  }

  private static void writeList(Iterable<?> list, JsonWriter writer) throws IOException {
    FormattingStyle style = writer.getFormattingStyle();
    writer.beginArray();
    if (!style.getNewline().isEmpty() && !hasObjects(list)) {
      writer.setFormattingStyle(ONE_LINE);
    }
    for (Object element : list) {
      write(element, writer);
    }
    writer.endArray();
    writer.setFormattingStyle(style);
  }

  private static boolean hasObjects(Iterable<?> list) {
    for (Object element : list) {
      boolean objects =
          switch (element) {
            case Map<?, ?> _ -> true;
            case Iterable<?> inner -> hasObjects(inner);
            case null, default -> false;
          };
      if (objects) {
        return true;
      }
    }
    return false;
  }
}
