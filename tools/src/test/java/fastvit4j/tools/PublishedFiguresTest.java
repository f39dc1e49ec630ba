package fastvit4j.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.fastvit.Variant;
import fastvit4j.tools.eval.Answer;
import fastvit4j.tools.eval.Protocol;
import fastvit4j.tools.eval.Tally;
import fastvit4j.tools.fetch.PublishedModel;
import fastvit4j.tools.fetch.Registry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PublishedFiguresTest {
  /** 806 of 1000 right. */
  private static Map<String, Object> describe(Protocol protocol, List<PublishedModel> models) {
    Tally tally = new Tally();
    for (int i = 0; i < 1000; i++) {
      tally.add(i, new Answer(i < 806 ? 1 : 2, i, 1));
    }
    Map<String, Object> map = new LinkedHashMap<>();
    new PublishedFigures(protocol, tally, models).describe(map);
    return map;
  }

  private static List<PublishedModel> of(Variant variant) {
    return Registry.bundled().models().stream()
        .filter(model -> model.name().startsWith("fastvit_"))
        .filter(model -> model.variant().filter(variant::equals).isPresent())
        .toList();
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void thePapersTables5And6AreThere(Variant variant) {
    Map<String, Object> map = describe(Protocol.IMAGENET, of(variant));
    List<Map<String, Object>> figures = Run.list(map, "published");
    for (String table : List.of("Table 5", "Table 6")) {
      assertTrue(
          figures.stream().anyMatch(figure -> figure.get("source").toString().contains(table)),
          table + " in " + figures);
    }
    assertEquals(List.of(), map.get("published_notes"));
  }

  @Test
  void tellsWhetherTheFigureLiesInTheInterval() {
    List<Map<String, Object>> figures =
        Run.list(describe(Protocol.IMAGENET, of(Variant.SA12)), "published");
    // The paper's SA12: 80.6 %. Wilson's interval of 806 of 1000 is 78.04 to 82.93 %.
    assertTrue(
        figures.stream()
            .filter(f -> Math.abs((double) f.get("top1") - 0.806) < 1e-9)
            .anyMatch(f -> f.get("within_interval").equals(true)),
        figures.toString());
    assertTrue(
        Run.list(describe(Protocol.IMAGENET, of(Variant.T8)), "published").stream()
            .allMatch(f -> f.get("within_interval").equals(false)));
  }

  @ParameterizedTest
  @EnumSource(
      value = Protocol.class,
      names = {"IMAGENET_A", "IMAGENET_R", "IMAGENET_SKETCH"})
  void ofRobustnessOnlyTheFiguresWithASourceAreThere(Protocol protocol) {
    Map<String, Object> map = describe(protocol, of(Variant.SA12));
    assertEquals(2, Run.list(map, "published").size());
    assertTrue(map.get("published_notes").toString().contains("Table 7"), map.toString());
  }

  @Test
  void saysWhereNothingIsAvailable() {
    Map<String, Object> c = describe(Protocol.IMAGENET_C, of(Variant.SA12));
    assertEquals(List.of(), c.get("published"));
    assertTrue(
        c.get("published_notes")
            .toString()
            .contains("no published figure is available for imagenet-c of fastvit_sa12.apple"),
        c.toString());
    Map<String, Object> own = describe(Protocol.IMAGENET, List.of());
    assertTrue(own.get("published_notes").toString().contains("none that was published"));
    assertEquals(List.of(), describe(Protocol.FOLDERS, List.of()).get("published_notes"));
  }
}
