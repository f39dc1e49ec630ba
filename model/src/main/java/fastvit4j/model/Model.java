package fastvit4j.model;

import fastvit4j.model.fastvit.Form;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.image.Preprocessing;

/**
 * A network with what is needed to ask it about a picture.
 *
 * @param graph the network with its tensors
 * @param form which of the equivalent forms the graph is in
 * @param preprocessing how a picture becomes the network's input
 * @param labels names of the classes
 */
public record Model(Graph graph, Form form, Preprocessing preprocessing, Labels labels) {
  /** The same model, computed by another graph. */
  public Model withGraph(Graph other, Form otherForm) {
    return new Model(other, otherForm, preprocessing, labels);
  }
}
