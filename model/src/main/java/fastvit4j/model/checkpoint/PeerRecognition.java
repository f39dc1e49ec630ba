package fastvit4j.model.checkpoint;

import fastvit4j.model.Architecture;
import fastvit4j.model.KnownModel;
import fastvit4j.model.KnownModels;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.tensor.Tensor;
import fastvit4j.model.tensor.Weights;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Recognises the models beside FastViT: by the names and shapes of all their tensors, the
 * classifier's rows left open.
 */
final class PeerRecognition {
  private static final String STEP_COUNT = ".num_batches_tracked";

  private PeerRecognition() {}

  /** The file's tensors without the counts of training steps. */
  static SequencedMap<String, Tensor> parameters(TensorFile file) {
    SequencedMap<String, Tensor> parameters = new LinkedHashMap<>(file.tensors());
    parameters.keySet().removeIf(name -> name.endsWith(STEP_COUNT));
    return parameters;
  }

  /** The model that these are the tensors of, in whatever form. */
  static Optional<Architecture> find(Map<String, Tensor> parameters) {
    for (KnownModel peer : KnownModels.peers()) {
      Architecture architecture = peer.architecture();
      Tensor classifier = parameters.get(architecture.classifier());
      if (classifier == null || classifier.rank() != 2 || classifier.dim(0) < 1) {
        continue;
      }
      Architecture sized = architecture.withClasses(classifier.dim(0));
      for (Form form : Form.values()) {
        if (matches(sized, form, parameters)) {
          return Optional.of(architecture);
        }
      }
    }
    return Optional.empty();
  }

  /** The form whose tensors have these names; the train form where none has. */
  static Form form(Architecture architecture, Map<String, Tensor> parameters) {
    for (Form form : Form.values()) {
      if (expected(architecture, form).keySet().equals(parameters.keySet())) {
        return form;
      }
    }
    return Form.TRAIN;
  }

  private static boolean matches(
      Architecture architecture, Form form, Map<String, Tensor> parameters) {
    Map<String, Tensor> expected = expected(architecture, form);
    return expected.keySet().equals(parameters.keySet())
        && expected.values().stream()
            .allMatch(tensor -> parameters.get(tensor.name()).hasShape(tensor.shape()));
  }

  private static Map<String, Tensor> expected(Architecture architecture, Form form) {
    return architecture.graph(form, Weights.shapesOnly()).tensors();
  }
}
