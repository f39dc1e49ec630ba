package fastvit4j.tools;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads one of several constants, in any case.
 *
 * @param <E> their type
 */
abstract class ChoiceConverter<E extends Enum<E>> implements ITypeConverter<E> {
  private final List<E> choices;

  ChoiceConverter(List<E> choices) {
    this.choices = choices;
  }

  @Override
  public final E convert(String value) {
    return choices.stream()
        .filter(choice -> choice.name().equalsIgnoreCase(value))
        .findFirst()
        .orElseThrow(() -> new TypeConversionException("'" + value + "' is none of " + names()));
  }

  private String names() {
    return choices.stream()
        .map(choice -> choice.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(", "));
  }
}
