package fastvit4j.model.checkpoint;

import fastvit4j.model.checkpoint.PickleValue.Constant;
import fastvit4j.model.checkpoint.PickleValue.Dict;
import fastvit4j.model.checkpoint.PickleValue.Opaque;
import fastvit4j.model.checkpoint.PickleValue.Real;
import fastvit4j.model.checkpoint.PickleValue.Storage;
import fastvit4j.model.checkpoint.PickleValue.Str;
import fastvit4j.model.checkpoint.PickleValue.View;
import fastvit4j.model.checkpoint.PickleValue.Whole;
import fastvit4j.model.io.Text;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * The weights among what a training script saved.
 *
 * <p>They are, in this order of preference, under {@code state_dict}, {@code state_dict_ema} (the
 * moving average of the weights), {@code model} or {@code model_state_dict}; else what was saved is
 * itself the state dictionary. A start {@code module.} that all names have, as data-parallel
 * training leaves it, is removed.
 *
 * @param tensors by name, in the file's order
 * @param notes what else was saved, where it is a text or a number, and under {@code weights} where
 *     the weights were
 */
record StateDictionary(SequencedMap<String, View> tensors, SequencedMap<String, String> notes) {
  private static final List<String> PLACES =
      List.of("state_dict", "state_dict_ema", "model", "model_state_dict");
  private static final String PARALLEL = "module.";
  private static final String WEIGHTS = "weights";

  /**
   * Finds the weights.
   *
   * @param saved what was given to {@code torch.save}
   * @throws CheckpointException if there are none
   */
  static StateDictionary find(String file, PickleValue saved) {
    if (!(saved instanceof Dict root)) {
      throw none(file, "it holds no dictionary");
    }
    for (String place : PLACES) {
      if (root.get(place) instanceof Dict dict && hasTensors(dict)) {
        SequencedMap<String, String> notes = notes(root);
        notes.put(WEIGHTS, place);
        return new StateDictionary(tensors(file, dict), notes);
      }
    }
    if (!hasTensors(root)) {
      throw none(file, "it has tensors neither itself nor under one of " + PLACES);
    }
    return new StateDictionary(tensors(file, root), notes(root));
  }

  private static boolean hasTensors(Dict dict) {
    return dict.values().stream().anyMatch(View.class::isInstance);
  }

  private static SequencedMap<String, View> tensors(String file, Dict dict) {
    SequencedMap<String, View> tensors = new LinkedHashMap<>();
    for (int i = 0; i < dict.keys().size(); i++) {
      if (!(dict.keys().get(i) instanceof Str(String name))) {
        continue;
      }
      if (dict.values().get(i) instanceof Opaque(String type)) {
        throw none(file, "its entry %s is a %s, no tensor".formatted(Text.quote(name), type));
      }
      if (dict.values().get(i) instanceof View view) {
        requireKnown(file, name, view.storage());
        if (tensors.put(name, view) != null) {
          throw none(file, "it has two tensors " + Text.quote(name));
        }
      }
    }
    if (tensors.keySet().stream().allMatch(name -> name.startsWith(PARALLEL))) {
      SequencedMap<String, View> bare = new LinkedHashMap<>();
      tensors.forEach((name, view) -> bare.put(name.substring(PARALLEL.length()), view));
      return bare;
    }
    return tensors;
  }

  private static void requireKnown(String file, String name, Storage storage) {
    if (storage.dtype() == null) {
      throw new CheckpointException(
          file,
          "tensor %s lies in a %s, which is not supported; save it as float32"
              .formatted(Text.quote(name), storage.type()));
    }
  }

  private static SequencedMap<String, String> notes(Dict root) {
    SequencedMap<String, String> notes = new LinkedHashMap<>();
    for (int i = 0; i < root.keys().size(); i++) {
      if (root.keys().get(i) instanceof Str(String key) && !key.equals(ModelInfo.CONFIG_KEY)) {
        scalar(root.values().get(i))
            .ifPresent(text -> notes.put(Text.quote(key), Text.quote(text)));
      }
    }
    return notes;
  }

  private static Optional<String> scalar(PickleValue value) {
    String text =
        switch (value) {
          case Str(String string) -> string;
          case Whole(long number) -> Long.toString(number);
          case Real(double number) -> Double.toString(number);
          case Constant constant when constant != Constant.NONE ->
              constant == Constant.TRUE ? "true" : "false";
          default -> null;
        };
    return Optional.ofNullable(text);
  }

  private static CheckpointException none(String file, String what) {
    return new CheckpointException(
        file,
        "holds no state dictionary: %s; in Python, save one: torch.save(model.state_dict(), FILE)"
            .formatted(what));
  }
}
