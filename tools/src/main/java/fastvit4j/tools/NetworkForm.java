package fastvit4j.tools;

import fastvit4j.model.Model;
import fastvit4j.model.UserException;
import fastvit4j.model.checkpoint.Checkpoint;
import fastvit4j.model.fastvit.Form;

/** The forms that a command computes a network in. */
enum NetworkForm {
  train,
  inference;

  /**
   * The checkpoint's network in this form.
   *
   * @throws UserException if the train form is wanted of a checkpoint that is folded already
   */
  Model of(Checkpoint checkpoint) {
    if (this == inference) {
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
}
