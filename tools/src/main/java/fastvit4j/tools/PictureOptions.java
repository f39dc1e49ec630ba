package fastvit4j.tools;

import fastvit4j.model.Model;
import fastvit4j.model.UserException;
import fastvit4j.model.image.Preprocessing;
import java.util.List;
import picocli.CommandLine.Option;

/**
 * How pictures become the network's input, for checkpoints that do not say it themselves: PyTorch
 * files never do.
 */
final class PictureOptions {
  @Option(
      names = "--input-size",
      paramLabel = "N|HxW",
      converter = InputSize.Converter.class,
      description = "Size of the network's input (default: as the checkpoint says, else 256).")
  private InputSize size;

  @Option(
      names = "--crop",
      paramLabel = "PART",
      description =
          "Part of the resized picture's shorter side that is looked at (default: as the"
              + " checkpoint says, else the variant's).")
  private Double crop;

  @Option(
      names = "--mean",
      paramLabel = "R,G,B",
      split = ",",
      description =
          "Mean of the colours, from 0 to 1 (default: as the checkpoint says, else ImageNet's).")
  private List<Float> mean;

  @Option(
      names = "--std",
      paramLabel = "R,G,B",
      split = ",",
      description = "Their standard deviation (default: likewise).")
  private List<Float> std;

  /**
   * The model with what the options change.
   *
   * @throws UserException if they make no preprocessing
   */
  Model of(Model model) {
    Preprocessing own = model.preprocessing();
    try {
      Preprocessing asked =
          new Preprocessing(
              size == null ? own.height() : size.height(),
              size == null ? own.width() : size.width(),
              crop == null ? own.crop() : crop,
              mean == null ? own.mean() : mean,
              std == null ? own.std() : std);
      return new Model(model.graph(), model.form(), asked, model.labels());
    } catch (IllegalArgumentException e) {
      throw new UserException(
          e.getMessage() + ": give --input-size, --crop, --mean and --std as their help says", e);
    }
  }
}
