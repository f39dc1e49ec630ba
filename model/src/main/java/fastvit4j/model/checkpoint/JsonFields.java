package fastvit4j.model.checkpoint;

import fastvit4j.model.io.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * Fields of a JSON object by type. Each is an {@link IllegalArgumentException} naming the field
 * where the value is of another type; a missing or null field has the given default.
 */
record JsonFields(Map<String, Object> json) {
  boolean has(String field) {
    return json.get(field) != null;
  }

  String text(String field, String missing) {
    return has(field) ? text(field, json.get(field)) : missing;
  }

  int integer(String field, int missing) {
    return has(field) ? integer(field, json.get(field)) : missing;
  }

  double number(String field, double missing) {
    return has(field) ? number(field, json.get(field)) : missing;
  }

  boolean flag(String field, boolean missing) {
    if (!has(field)) {
      return missing;
    }
    if (json.get(field) instanceof Boolean flag) {
      return flag;
    }
    throw wrong(field, "true or false");
  }

  List<String> texts(String field) {
    return list(field, value -> text(field, value));
  }

  List<Integer> ints(String field, List<Integer> missing) {
    return has(field) ? list(field, value -> integer(field, value)) : missing;
  }

  List<Float> floats(String field, List<Float> missing) {
    return has(field) ? list(field, value -> (float) number(field, value)) : missing;
  }

  /** Sizes of square kernels: null for none, {@code k}, or {@code [k, k]}. */
  List<Integer> kernels(String field) {
    return list(field, value -> kernel(field, value));
  }

  private static int kernel(String field, Object value) {
    if (value == null) {
      return 0;
    }
    boolean square =
        value instanceof List<?> pair
            && pair.size() == 2
            && Objects.equals(pair.get(0), pair.get(1));
    return integer(field, square ? ((List<?>) value).getFirst() : value);
  }

  private <T> List<T> list(String field, Function<Object, T> element) {
    if (!(json.get(field) instanceof List<?> values)) {
      throw wrong(field, "a list");
    }
    List<T> list = new ArrayList<>();
    values.forEach(value -> list.add(element.apply(value)));
    return list;
  }

  private static String text(String field, Object value) {
    if (value instanceof String text) {
      return text;
    }
    throw wrong(field, "text");
  }

  private static int integer(String field, Object value) {
    return Json.asInt(value).orElseThrow(() -> wrong(field, "whole numbers"));
  }

  private static double number(String field, Object value) {
    if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
      return number.doubleValue();
    }
    throw wrong(field, "numbers");
  }

  private static IllegalArgumentException wrong(String field, String what) {
    return new IllegalArgumentException(field + " must be " + what);
  }
}
