package fastvit4j.tools.bench;

import fastvit4j.model.Nearest;
import fastvit4j.model.io.Text;
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
public record Fields(String path, Map<String, Object> json) {
  /** Whether the field is there and not null. */
  public boolean has(String field) {
    return json.get(field) != null;
  }

  /** A text. */
  public String text(String field) {
    if (json.get(field) instanceof String text) {
      return text;
    }
    throw wrong(path + field, "text");
  }

  /** A whole number of at least {@code least}. */
  public long whole(String field, long least) {
    if (json.get(field) instanceof Long number && number >= least) {
      return number;
    }
    throw wrong(path + field, "a whole number of at least " + least);
  }

  /** The same, below 2³¹. */
  public int integer(String field, int least) {
    long number = whole(field, least);
    if (number > Integer.MAX_VALUE) {
      throw wrong(path + field, "below 2147483648");
    }
    return (int) number;
  }

  /** A number of at least 0. */
  public double number(String field) {
    return number(path + field, json.get(field));
  }

  /** The same, or NaN for null. */
  public double numberOrNan(String field) {
    return has(field) ? number(field) : Double.NaN;
  }

  /** The same, or null where there is none. */
  public Double numberOrNull(String field) {
    return has(field) ? (Double) number(field) : null;
  }

  /** A list of numbers of at least 0. */
  public List<Double> numbers(String field) {
    return list(path + field, json.get(field), Fields::number);
  }

  /** An object. */
  public Fields object(String field) {
    return object(path + field, json.get(field));
  }

  /** An object's fields, whatever they are. */
  public SequencedMap<String, Object> map(String field) {
    return new LinkedHashMap<>(object(field).json);
  }

  /** A list of objects. */
  public List<Fields> objects(String field) {
    return list(path + field, json.get(field), Fields::object);
  }

  /** Lists of at least one number each. */
  public List<List<Double>> numberLists(String field) {
    return list(path + field, json.get(field), Fields::someNumbers);
  }

  /** Texts, perhaps none. */
  public List<String> texts(String field) {
    return list(
        path + field,
        json.get(field),
        (where, value) -> {
          if (value instanceof String text) {
            return text;
          }
          throw wrong(where, "text");
        });
  }

  /** True or false; false where the field is missing. */
  public boolean flag(String field) {
    if (!has(field)) {
      return false;
    }
    if (json.get(field) instanceof Boolean flag) {
      return flag;
    }
    throw wrong(path + field, "true or false");
  }

  /** Refuses every field but these, so that a misspelt one is not overlooked. */
  public void only(String... known) {
    for (String field : json.keySet()) {
      if (!List.of(known).contains(field)) {
        throw new IllegalArgumentException(
            path + Text.quote(field) + " is not known: " + Nearest.hint(field, List.of(known)));
      }
    }
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
