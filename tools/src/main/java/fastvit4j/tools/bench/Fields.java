package fastvit4j.tools.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.BiFunction;

/**
 * Fields of a JSON object by type. Each is an {@link IllegalArgumentException} that names the field
 * with the way to it, for example {@code results[3].rounds_ms}, where it is missing or of another
 * type.
 *
 * @param path where the object stands, with a point behind it; empty for the whole file
 */
record Fields(String path, Map<String, Object> json) {
  boolean has(String field) {
    return json.get(field) != null;
  }

  String text(String field) {
    if (json.get(field) instanceof String text) {
      return text;
    }
    throw wrong(path + field, "text");
  }

  /** A whole number of at least {@code least}. */
  long whole(String field, long least) {
    if (json.get(field) instanceof Long number && number >= least) {
      return number;
    }
    throw wrong(path + field, "a whole number of at least " + least);
  }

  /** The same, below 2³¹. */
  int integer(String field, int least) {
    long number = whole(field, least);
    if (number > Integer.MAX_VALUE) {
      throw wrong(path + field, "below 2147483648");
    }
    return (int) number;
  }

  /** A number of at least 0. */
  double number(String field) {
    return number(path + field, json.get(field));
  }

  /** The same, or NaN for null. */
  double numberOrNan(String field) {
    return has(field) ? number(field) : Double.NaN;
  }

  /** The same, or null where there is none. */
  Double numberOrNull(String field) {
    return has(field) ? (Double) number(field) : null;
  }

  /** A list of numbers of at least 0. */
  List<Double> numbers(String field) {
    return list(path + field, json.get(field), Fields::number);
  }

  Fields object(String field) {
    return object(path + field, json.get(field));
  }

  SequencedMap<String, Object> map(String field) {
    return new LinkedHashMap<>(object(field).json);
  }

  List<Fields> objects(String field) {
    return list(path + field, json.get(field), Fields::object);
  }

  /** Lists of at least one number each. */
  List<List<Double>> numberLists(String field) {
    return list(path + field, json.get(field), Fields::someNumbers);
  }

  private static List<Double> someNumbers(String where, Object value) {
    List<Double> numbers = list(where, value, Fields::number);
    if (numbers.isEmpty()) {
      throw wrong(where, "a list of at least one number");
    }
    return numbers;
  }

  private static double number(String where, Object value) {
    if (value instanceof Number number
        && Double.isFinite(number.doubleValue())
        && number.doubleValue() >= 0) {
      return number.doubleValue();
    }
    throw wrong(where, "a number of at least 0");
  }

  @SuppressWarnings("unchecked") // Json gives maps by text only.
  private static Fields object(String where, Object value) {
    if (value instanceof Map<?, ?> map) {
      return new Fields(where + ".", (Map<String, Object>) map);
    }
    throw wrong(where, "an object");
  }

  private static <T> List<T> list(String where, Object value, BiFunction<String, Object, T> read) {
    if (!(value instanceof List<?> values)) {
      throw wrong(where, "a list");
    }
    List<T> list = new ArrayList<>();
    for (Object element : values) {
      list.add(read.apply(where + "[" + list.size() + "]", element));
    }
    return list;
  }

  private static IllegalArgumentException wrong(String where, String what) {
    return new IllegalArgumentException(where + " must be " + what);
  }
}
