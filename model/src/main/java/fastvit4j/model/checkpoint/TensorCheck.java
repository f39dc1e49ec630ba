package fastvit4j.model.checkpoint;

import fastvit4j.model.Architecture;
import fastvit4j.model.fastvit.FastViTConfig;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.io.Text;
import fastvit4j.model.operator.ShapeException;
import fastvit4j.model.tensor.Tensor;
import fastvit4j.model.tensor.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** Compares a checkpoint's tensors with those that an architecture has. */
final class TensorCheck {
  private TensorCheck() {}

  /**
   * Checks that the tensors are exactly the architecture's, in name, shape and kind of element.
   *
   * @param file the checkpoint's name for messages
   * @param tensors the tensors by timm's names
   * @throws CheckpointException naming the first tensors that are missing, unexpected or of another
   *     shape or type
   */
  static void require(
      String file, Architecture architecture, Form form, SequencedMap<String, Tensor> tensors) {
    Map<String, Tensor> expected = expected(file, architecture, form, tensors.size());
    List<String> missing =
        expected.keySet().stream().filter(name -> !tensors.containsKey(name)).toList();
    List<String> unexpected =
        tensors.keySet().stream().filter(name -> !expected.containsKey(name)).toList();
    List<String> misshapen = new ArrayList<>();
    expected.forEach(
        (name, wanted) -> {
          Tensor found = tensors.get(name);
          if (found != null && !found.hasShape(wanted.shape())) {
            misshapen.add(
                "%s %s instead of %s"
                    .formatted(
                        name, Arrays.toString(found.shape()), Arrays.toString(wanted.shape())));
          }
        });
    List<String> faults = new ArrayList<>();
    describe(faults, "missing", missing);
    describe(faults, "unexpected", unexpected);
    describe(faults, "of another shape", misshapen);
    if (!faults.isEmpty()) {
      throw new CheckpointException(
          file,
          "its tensors are not those of %s with %d classes in the %s form: %s; name the variant it was trained as"
              .formatted(
                  Text.quote(architecture.name()),
                  architecture.classes(),
                  ConfigJson.lower(form),
                  String.join("; ", faults)));
    }
    requireFloats(file, tensors);
  }

  private static Map<String, Tensor> expected(
      String file, Architecture architecture, Form form, int tensorCount) {
    // A graph is built only if it is no larger than the file, whatever the metadata claims.
    List<Integer> depths =
        architecture instanceof FastViTConfig config ? config.depths() : List.of();
    for (int depth : depths) {
      if (depth > tensorCount) {
        throw new CheckpointException(
            file,
            "its metadata claims a stage of %d blocks, but it has only %d tensors; remove the metadata or name the variant"
                .formatted(depth, tensorCount));
      }
    }
    try {
      return architecture.graph(form, Weights.shapesOnly()).tensors();
    } catch (IllegalArgumentException | ArithmeticException | ShapeException e) {
      throw new CheckpointException(
          file,
          "no network can be built as it describes: " + e.getMessage() + "; name the variant",
          e);
    }
  }

  private static void requireFloats(String file, SequencedMap<String, Tensor> tensors) {
    for (Tensor tensor : tensors.values()) {
      if (!tensor.dtype().isFloat()) {
        throw new CheckpointException(
            file,
            "the parameter %s must be of a floating-point type; store it as F32".formatted(tensor));
      }
    }
  }

  private static void describe(List<String> faults, String what, List<String> names) {
    if (!names.isEmpty()) {
      faults.add("%d %s (%s)".formatted(names.size(), what, Listing.first(names)));
    }
  }
}
