package fastvit4j.tools.bench;

import fastvit4j.model.Model;
import fastvit4j.model.fastvit.Form;

/** Where a benchmark takes its models from. */
@FunctionalInterface
public interface ModelSource {
  /**
   * The model of that name.
   *
   * @throws fastvit4j.model.UserException if there is none, or not in that form
   */
  Model model(String name, Form form);
}
