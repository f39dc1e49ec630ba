package fastvit4j.model.checkpoint;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;

/**
 * Names and shapes of the tensors of the public checkpoints, from the resources beside this class:
 * sections for naming and form, a line a tensor, {@code NAME.*} for the tensors of a batch
 * normalisation.
 */
final class ReferenceNames {
  private ReferenceNames() {}

  /** The tensors of a section, without the counts of training steps. */
  static SequencedMap<String, List<Integer>> read(String model, Naming naming, String form) {
    SequencedMap<String, List<Integer>> tensors = new LinkedHashMap<>();
    String section = "# " + naming.name().toLowerCase(Locale.ROOT) + " " + form;
    boolean inside = false;
    for (String line : lines(model + ".names")) {
      if (line.startsWith("#")) {
        inside = line.equals(section);
      } else if (inside) {
        String[] fields = line.split(" ", -1);
        List<Integer> shape =
            Arrays.stream(fields[1].split("x", -1)).map(Integer::valueOf).toList();
        if (fields[0].endsWith(".*")) {
          String norm = fields[0].substring(0, fields[0].length() - 1);
          for (String leaf : List.of("weight", "bias", "running_mean", "running_var")) {
            tensors.put(norm + leaf, shape);
          }
        } else {
          tensors.put(fields[0], shape);
        }
      }
    }
    if (tensors.isEmpty()) {
      throw new AssertionError("no section " + section + " in " + model);
    }
    return tensors;
  }

  private static List<String> lines(String resource) {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                ReferenceNames.class.getResourceAsStream(resource), StandardCharsets.UTF_8))) {
      return lines.lines().toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
