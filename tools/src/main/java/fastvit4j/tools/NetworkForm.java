package fastvit4j.tools;

import fastvit4j.model.KnownModel;
import fastvit4j.model.Model;
import fastvit4j.model.UserException;
import fastvit4j.model.checkpoint.Checkpoint;
import fastvit4j.model.checkpoint.ModelInfo;
import fastvit4j.model.checkpoint.SyntheticWeights;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.graph.Graph;
import fastvit4j.reparam.Reparameterization;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The forms that a command computes a network in. */
enum NetworkForm {
  TRAIN,
  INFERENCE;

  private static final long SEED = 1;

  /** Reads {@code train} or {@code inference}. */
  static final class Converter implements ITypeConverter<NetworkForm> {
    @Override
    public NetworkForm convert(String value) {
      return switch (value) {
        case "train" -> TRAIN;
        case "inference" -> INFERENCE;
        default ->
            throw new TypeConversionException("'" + value + "' is neither train nor inference");
      };
    }
  }

  /** As it is given on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The checkpoint's network in this form.
   *
   * @throws UserException if the train form is wanted of a checkpoint that is folded already
   */
  Model of(Checkpoint checkpoint) {
    if (this == INFERENCE) {
      return ModelOptions.inference(checkpoint);
    }
    if (checkpoint.form() != Form.TRAIN) {
      throw new UserException(
          checkpoint.file().name()
              + " is in an inference form, from which there is no way back: take the checkpoint"
              + " that it was made from, or --form inference");
    }
    return checkpoint.model();
  }

  /** A model in this form, with weights that every program can reproduce. */
  Model synthetic(KnownModel known) {
    ModelInfo info = ModelInfo.of(known.architecture());
    Graph graph = known.architecture().graph(Form.TRAIN, new SyntheticWeights(SEED));
    Model train = new Model(graph, Form.TRAIN, known.preprocessing(), info.labels());
    return this == TRAIN ? train : Reparameterization.full().apply(train);
  }
}
