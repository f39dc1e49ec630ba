package fastvit4j.tools;

import fastvit4j.model.Architecture;
import fastvit4j.model.KnownModels;
import fastvit4j.model.UserException;
import fastvit4j.model.checkpoint.Checkpoint;
import fastvit4j.model.checkpoint.ModelInfo;
import fastvit4j.model.checkpoint.SafetensorsWriter;
import fastvit4j.model.checkpoint.SyntheticWeights;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.DType;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

@Command(
    name = "synth",
    header = "Write synthetic weights and inputs.",
    description = {
      "Writes a checkpoint of a model in train form, with weights that follow from the seed alone"
          + " and that other programs can reproduce bit for bit; and, if asked for, an input of the"
          + " same kind. They serve to compare with other frameworks and to measure speed; such a"
          + " network recognises nothing."
    },
    footer = {
      "",
      "Examples:",
      "  fastvit synth --variant t8 --seed 1 --output t8.safetensors",
      "  fastvit synth --variant t8 --seed 1 --output t8.safetensors \\",
      "                --input-shape 1x3x256x256 --input x.safetensors"
    })
final class SynthCommand extends Subcommand {
  private static final int RGB = 3;

  @Option(
      names = "--variant",
      required = true,
      paramLabel = "NAME",
      description = "Model, as `fastvit models` lists them.")
  private String variant;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed, a 64 bit number (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "W.safetensors",
      description = "Where the weights go.")
  private Path output;

  @Option(
      names = "--input-shape",
      paramLabel = "NxCxHxW",
      converter = ShapeConverter.class,
      description = "Shape of an input to write too.")
  private Shape inputShape;

  @Option(
      names = "--input",
      paramLabel = "X.safetensors",
      description = "Where the input goes, a tensor named input, NCHW, F32.")
  private Path input;

  SynthCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  int run() {
    Architecture named = KnownModels.named(variant).architecture();
    if ((inputShape == null) != (input == null)) {
      throw new UserException(
          "--input-shape and --input belong together: give "
              + (input == null ? "--input FILE" : "--input-shape NxCxHxW")
              + " too");
    }
    SyntheticWeights weights = new SyntheticWeights(seed);
    Graph graph = named.graph(Form.TRAIN, weights);
    Checkpoint.write(output, graph, ModelInfo.of(named), DType.F32);
    if (input != null) {
      Shape s = inputShape;
      SafetensorsWriter.write(input, List.of(weights.image(s.n(), s.c(), s.h(), s.w())), Map.of());
    }
    return 0;
  }

  /** Reads {@code 1x3x256x256}. */
  static final class ShapeConverter implements ITypeConverter<Shape> {
    private static final String EXTENT = "([1-9][0-9]{0,4})";
    private static final Pattern FORM =
        Pattern.compile(String.join("x", EXTENT, EXTENT, EXTENT, EXTENT));

    @Override
    public Shape convert(String value) {
      Matcher matcher = FORM.matcher(value);
      if (!matcher.matches() || extent(matcher, 2) != RGB) {
        throw new TypeConversionException(
            "'" + value + "' is no input: give NxCxHxW with 3 channels, for example 1x3x256x256");
      }
      return new Shape(extent(matcher, 1), extent(matcher, 3), extent(matcher, 4), RGB);
    }

    private static int extent(Matcher matcher, int group) {
      return Integer.parseInt(matcher.group(group));
    }
  }
}
