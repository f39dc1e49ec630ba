package fastvit4j.model;

import fastvit4j.model.fastvit.Form;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.tensor.Weights;

/** What a network is built from: a configuration of FastViT, or one of the models beside it. */
public interface Architecture {
  /** The model's name, for example {@code fastvit_t8} or {@code resnet50}; also the graph's. */
  String name();

  /** Outputs of the classifier. */
  int classes();

  /** The same architecture with another classifier. */
  Architecture withClasses(int count);

  /** The same architecture under another name. */
  Architecture withName(String other);

  /** The classifier's weight, a matrix of a row for each class. */
  String classifier();

  /**
   * The graph.
   *
   * @param form the form to build; a model that has nothing to fold is the same in every form
   * @param weights where each tensor comes from, asked for once by its name in that form and its
   *     shape
   */
  Graph graph(Form form, Weights weights);
}
