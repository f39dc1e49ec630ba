package fastvit4j.tools.kernels;

import fastvit4j.model.UserException;
import fastvit4j.model.operator.Add;
import fastvit4j.model.operator.AvgPool2d;
import fastvit4j.model.operator.FirstToken;
import fastvit4j.model.operator.Gelu;
import fastvit4j.model.operator.GlobalAveragePool;
import fastvit4j.model.operator.MaxPool2d;
import fastvit4j.model.operator.Operator;
import fastvit4j.model.operator.Relu;
import fastvit4j.model.operator.SelfAttention;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.operator.ShapeException;
import fastvit4j.model.operator.Silu;
import fastvit4j.model.operator.Subtract;
import fastvit4j.tools.verify.RandomTensors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads operators from a command line: names joined by {@code +}, each with its numbers, for
 * example {@code depthwise:k=7+pointwise:out=192+gelu}. Where the first is {@value #PICTURES}, the
 * input is pictures as bytes, which are normalised first.
 */
public final class CaseSpec {
  private static final Pattern SHAPE =
      Pattern.compile("([1-9]\\d{0,3})x([1-9]\\d{0,4})x([1-9]\\d{0,4})x([1-9]\\d{0,4})");
  private static final int HEAD = 32;
  private static final int MOST = 1 << 16;

  /** The numbers that each operator takes, each with what it is where nothing is said. */
  private static final Map<String, Map<String, Integer>> OPERATORS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("conv", Map.of("out", 0, "k", 3, "s", 1, "g", 1)),
              Map.entry("depthwise", Map.of("k", 3, "s", 1, "m", 1)),
              Map.entry("pointwise", Map.of("out", 0)),
              Map.entry("linear", Map.of("out", 0)),
              Map.entry("attention", Map.of()),
              Map.entry("squeezeexcite", Map.of("reduced", 0)),
              Map.entry("globalaverage", Map.of()),
              Map.entry("averagepool", Map.of("k", 3, "s", 1)),
              Map.entry("maxpool", Map.of("k", 3, "s", 2)),
              Map.entry("batchnorm", Map.of()),
              Map.entry("layernorm", Map.of()),
              Map.entry("groupnorm", Map.of()),
              Map.entry("layerscale", Map.of()),
              Map.entry("tokens", Map.of()),
              Map.entry("firsttoken", Map.of()),
              Map.entry("add", Map.of()),
              Map.entry("subtract", Map.of()),
              Map.entry("gelu", Map.of()),
              Map.entry("relu", Map.of()),
              Map.entry("silu", Map.of())));

  /** What comes first where the input is pictures. */
  private static final String PICTURES = "pictures";

  private static final int RGB = 3;

  private CaseSpec() {}

  /**
   * A shape, {@code NxHxWxC}.
   *
   * @throws UserException if the text is none
   */
  public static Shape shape(String text) {
    Matcher matcher = SHAPE.matcher(text);
    if (!matcher.matches()) {
      throw new UserException(
          "'" + text + "' is no shape: give images x height x width x channels, as 1x64x64x48");
    }
    int[] dims = new int[4];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = Integer.parseInt(matcher.group(i + 1));
    }
    if ((long) dims[0] * dims[1] * dims[2] * dims[3] > 1L << 28) {
      throw new UserException(text + " has too many elements: take a smaller shape");
    }
    return new Shape(dims[0], dims[1], dims[2], dims[3]);
  }

  /**
   * A case.
   *
   * @throws UserException if there is no such operator, or it does not fit the shape
   */
  public static KernelCase parse(String text, Shape input) {
    RandomTensors random = new RandomTensors(text.hashCode());
    boolean pictures = text.startsWith(PICTURES + "+");
    if (text.equals(PICTURES) || (pictures && input.c() != RGB)) {
      throw new UserException(
          pictures
              ? "pictures have 3 channels, not "
                  + input.c()
                  + ": give a --shape such as 1x256x256x3"
              : "pictures are only an input: say what is computed of them, as"
                  + " pictures+conv:out=48");
    }
    String rest = pictures ? text.substring(PICTURES.length() + 1) : text;
    List<Operator> operators = new ArrayList<>();
    Shape shape = input;
    try {
      for (String part : rest.split("\\+", -1)) {
        Operator operator = operator(part, shape, random);
        operators.add(operator);
        shape = operator.infer(operator.arity() == 2 ? List.of(shape, shape) : List.of(shape));
      }
      return KernelCase.chain(text, operators, input, pictures);
    } catch (ShapeException e) {
      throw new UserException(text + " does not fit " + input + ": " + e.getMessage(), e);
    } catch (IllegalArgumentException | java.util.NoSuchElementException e) {
      throw new UserException(text + " cannot be computed on " + input + ": " + e.getMessage(), e);
    }
  }

  /** The names of all operators. */
  public static List<String> names() {
    return List.copyOf(OPERATORS.keySet());
  }

  private static Map<String, Integer> numbers(String part) {
    String name = part.split(":", 2)[0];
    if (name.equals(PICTURES)) {
      throw new UserException("pictures are an input: they come first, and have no numbers");
    }
    if (!OPERATORS.containsKey(name)) {
      throw new UserException(
          "there is no operator '" + name + "': there are " + String.join(", ", names()));
    }
    Map<String, Integer> numbers = new HashMap<>(OPERATORS.get(name));
    if (part.contains(":")) {
      for (String setting : part.substring(name.length() + 1).split(",", -1)) {
        String[] pair = setting.split("=", 2);
        if (!numbers.containsKey(pair[0])) {
          throw new UserException(
              name
                  + " has no number '"
                  + pair[0]
                  + "': "
                  + (numbers.isEmpty()
                      ? "it takes none"
                      : "it takes " + new TreeMap<>(numbers).keySet()));
        }
        if (pair.length < 2
            || !pair[1].matches("[1-9]\\d{0,4}")
            || Integer.parseInt(pair[1]) > MOST) {
          throw new UserException(
              "'" + setting + "' of " + name + " is no number: give " + pair[0] + "=N");
        }
        numbers.put(pair[0], Integer.parseInt(pair[1]));
      }
    }
    return numbers;
  }

  private static Operator operator(String part, Shape in, RandomTensors random) {
    Map<String, Integer> n = numbers(part);
    int c = in.c();
    int out = n.getOrDefault("out", 0) == 0 ? c : n.get("out");
    int k = n.getOrDefault("k", 1);
    return switch (part.split(":", 2)[0]) {
      case "conv" -> conv(random, c, out, k, n.get("s"), n.get("g"));
      case "depthwise" -> random.conv(c, c * n.get("m"), k, n.get("s"), k / 2, c, true);
      case "pointwise" -> random.pointwise(c, out);
      case "linear" -> random.linear(c, out, true);
      case "attention" -> attention(c);
      case "squeezeexcite" ->
          random.squeezeExcite(c, n.get("reduced") == 0 ? Math.max(1, c / 16) : n.get("reduced"));
      case "globalaverage" -> new GlobalAveragePool();
      case "averagepool" -> new AvgPool2d(k, n.get("s"), k / 2);
      case "maxpool" -> new MaxPool2d(k, n.get("s"), k / 2);
      case "batchnorm" -> random.batchNorm(c);
      case "layernorm" -> random.layerNorm(c);
      case "groupnorm" -> random.groupNorm(c);
      case "layerscale" -> random.layerScale(c);
      case "tokens" -> random.tokenEmbedding(in.h() * in.w() + 1, c);
      case "firsttoken" -> new FirstToken();
      case "add" -> new Add();
      case "subtract" -> new Subtract();
      case "gelu" -> new Gelu();
      case "relu" -> new Relu();
      case "silu" -> new Silu();
      default -> throw new IllegalStateException(part);
    };
  }

  private static Operator conv(RandomTensors random, int c, int out, int k, int s, int groups) {
    if (c % groups != 0 || out % groups != 0) {
      throw new UserException(
          groups + " groups do not divide " + c + " and " + out + " channels: take another g");
    }
    return random.conv(c, out, k, s, k / 2, groups, true);
  }

  private static Operator attention(int c) {
    if (c % (3 * HEAD) != 0) {
      throw new UserException(
          "attention takes queries, keys and values side by side, in heads of 32: a multiple of 96"
              + " channels, not "
              + c);
    }
    return new SelfAttention(c / (3 * HEAD), HEAD);
  }
}
