package fastvit4j.reparam;

import static fastvit4j.reparam.PassAssertions.assertDoesNotFire;
import static fastvit4j.reparam.PassAssertions.assertFolds;
import static fastvit4j.reparam.PassAssertions.names;
import static org.junit.jupiter.api.Assertions.assertEquals;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.GraphBuilder;
import fastvit4j.model.operator.Add;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.operator.Subtract;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FoldRepMixerTest {
  private static final FoldRepMixer PASS = new FoldRepMixer();
  private final RandomWeights weights = new RandomWeights(3);

  private GraphBuilder repMixer(Conv2d mixer, boolean scaled, boolean skipFirst) {
    int channels = mixer.inChannels();
    GraphBuilder b = new GraphBuilder("test");
    b.add("t.mixer.conv", "t.mixer", mixer, Graph.INPUT);
    b.add("t.norm.bn", "t.norm", weights.norm("t.norm.bn", channels), Graph.INPUT);
    b.add("t.sub", "t", new Subtract(), "t.mixer.conv", "t.norm.bn");
    String difference =
        scaled ? b.add("t.scale", "t", weights.layerScale("t.scale", channels), "t.sub") : "t.sub";
    b.add(
        "t.add",
        "t",
        new Add(),
        skipFirst ? Graph.INPUT : difference,
        skipFirst ? difference : Graph.INPUT);
    b.output("y", "t.add");
    return b;
  }

  @ParameterizedTest
  @CsvSource({"5, 3, true, true", "4, 7, true, false", "1, 5, false, true", "3, 1, false, false"})
  void folds(int channels, int kernel, boolean scaled, boolean skipFirst) {
    Conv2d mixer = weights.conv("t.mixer.conv", channels, channels, kernel, 1, channels, true);
    Graph graph = repMixer(mixer, scaled, skipFirst).build();
    Graph folded = assertFolds(PASS, graph, new Shape(2, 8, 5, channels), 1);
    assertEquals(List.of("t.reparam_conv"), names(folded));
    assertEquals(
        List.of("t.reparam_conv.weight", "t.reparam_conv.bias"),
        List.copyOf(folded.tensors().keySet()));
    assertEquals(3, PASS.apply(graph).folds().getFirst().branches());
  }

  @Test
  void doesNotFoldADenseMixer() {
    Conv2d mixer = weights.conv("t.mixer.conv", 4, 4, 3, 1, 1, true);
    assertDoesNotFire(PASS, repMixer(mixer, true, true).build());
  }

  @Test
  void doesNotFoldWhatIsReadElsewhere() {
    Conv2d mixer = weights.conv("t.mixer.conv", 4, 4, 3, 1, 4, true);
    for (String value : List.of("t.mixer.conv", "t.norm.bn", "t.sub", "t.scale")) {
      GraphBuilder output = repMixer(mixer, true, true);
      output.output("tap", value);
      assertDoesNotFire(PASS, output.build());
      GraphBuilder reader = repMixer(mixer, true, true);
      reader.add("z", "z", weights.norm("z", 4), value);
      reader.output("z", "z");
      assertDoesNotFire(PASS, reader.build());
    }
  }

  @Test
  void doesNotFoldADifferenceTheOtherWayRound() {
    GraphBuilder b = new GraphBuilder("test");
    b.add("conv", "t", weights.conv("conv", 4, 4, 3, 1, 4, true), Graph.INPUT);
    b.add("bn", "t", weights.norm("bn", 4), Graph.INPUT);
    b.add("sub", "t", new Subtract(), "bn", "conv");
    b.add("add", "t", new Add(), Graph.INPUT, "sub");
    b.output("y", "add");
    assertDoesNotFire(PASS, b.build());
  }

  @Test
  void doesNotFoldAnotherSkip() {
    GraphBuilder b = new GraphBuilder("test");
    b.add("x", "x", weights.norm("x", 4), Graph.INPUT);
    b.add("conv", "t", weights.conv("conv", 4, 4, 3, 1, 4, true), "x");
    b.add("bn", "t", weights.norm("bn", 4), "x");
    b.add("sub", "t", new Subtract(), "conv", "bn");
    b.add("add", "t", new Add(), Graph.INPUT, "sub");
    b.output("y", "add");
    assertDoesNotFire(PASS, b.build());
  }
}
