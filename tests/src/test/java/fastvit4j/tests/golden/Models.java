package fastvit4j.tests.golden;

import fastvit4j.model.fastvit.FastViT;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.fastvit.Variant;
import fastvit4j.model.graph.Graph;
import fastvit4j.reparam.Reparameterization;
import java.util.EnumMap;
import java.util.Map;

/**
 * The golden files' networks, each made once while tests ask for the same variant, so that neither
 * time nor memory goes into making the large ones again.
 */
final class Models {
  private static Variant variant;
  private static long seed;
  private static final Map<Form, Graph> GRAPHS = new EnumMap<>(Form.class);

  private Models() {}

  static synchronized Graph graph(Golden golden, Form form) {
    if (golden.variant() != variant || golden.seed() != seed) {
      GRAPHS.clear();
      variant = golden.variant();
      seed = golden.seed();
      GRAPHS.put(Form.TRAIN, FastViT.graph(golden.config(), Form.TRAIN, new Synthetic(seed)));
    }
    return GRAPHS.computeIfAbsent(form, f -> reparameterize(GRAPHS.get(Form.TRAIN), f));
  }

  private static Graph reparameterize(Graph train, Form form) {
    return switch (form) {
      case TRAIN -> train;
      case PUBLISHED -> Reparameterization.published().apply(train);
      case INFERENCE -> Reparameterization.full().apply(train);
    };
  }
}
