package fastvit4j.tools;

import fastvit4j.model.operator.Shape;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * The size of a network's input.
 *
 * @param height rows
 * @param width columns
 */
record InputSize(int height, int width) {
  private static final int RGB = 3;

  /** The shape of a batch of pictures of this size. */
  Shape batch(int images) {
    return new Shape(images, height, width, RGB);
  }

  /** For example {@code 256} or {@code 224x320}. */
  @Override
  public String toString() {
    return height == width ? Integer.toString(height) : height + "x" + width;
  }

  /** Reads {@code 256} or {@code 224x320}. */
  static final class Converter implements ITypeConverter<InputSize> {
    private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,4})(?:x([1-9][0-9]{0,4}))?");

    @Override
    public InputSize convert(String value) {
      Matcher matcher = FORM.matcher(value);
      if (!matcher.matches()) {
        throw new TypeConversionException(
            "'" + value + "' is no size: give N or HxW, for example 256 or 224x320");
      }
      int height = Integer.parseInt(matcher.group(1));
      String width = matcher.group(2);
      return new InputSize(height, width == null ? height : Integer.parseInt(width));
    }
  }
}
