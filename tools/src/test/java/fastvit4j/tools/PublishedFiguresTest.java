package fastvit4j.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.fastvit.Variant;
import fastvit4j.tools.eval.Answer;
import fastvit4j.tools.eval.Protocol;
import fastvit4j.tools.eval.Tally;
import fastvit4j.tools.fetch.PublishedModel;
import fastvit4j.tools.fetch.Registry;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PublishedFiguresTest {
  /** 806 of 1000 right. */
  private static Map<String, Object> describe(Protocol protocol, List<PublishedModel> models) {
    return describe(protocol, OptionalDouble.empty(), models, List.of());
  }

  private static Map<String, Object> describe(
      Protocol protocol,
      OptionalDouble meanError,
      List<PublishedModel> models,
      List<PublishedModel> given) {
    Tally tally = new Tally();
    for (int i = 0; i < 1000; i++) {
      tally.add(i, new Answer(i < 806 ? 1 : 2, i, 1));
    }
    Map<String, Object> map = new LinkedHashMap<>();
    new PublishedFigures(protocol, tally, meanError, models, given).describe(map);
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

  /** Figures of nobody's. */
  private static List<PublishedModel> given() {
    return List.of(
        of(Variant.SA12)
            .getFirst()
            .with(
                List.of(
                    new PublishedModel.Accuracy("imagenet-a", 80, Optional.empty(), "mine"),
                    new PublishedModel.Accuracy("imagenet-c", 60, Optional.empty(), "mine"))));
  }

  @Test
  void theUsersFiguresComeAfterThoseThatAreKnown() {
    Map<String, Object> map =
        describe(Protocol.IMAGENET_A, OptionalDouble.empty(), of(Variant.SA12), given());
    List<Map<String, Object>> figures = Run.list(map, "published");
    assertEquals(3, figures.size());
    assertEquals("mine", figures.getLast().get("source"));
    assertEquals(0.8, figures.getLast().get("top1"));
    assertEquals(true, figures.getLast().get("within_interval"));
    assertEquals(List.of(), map.get("published_notes"));
  }

  @Test
  void theMeanCorruptionErrorStandsBesideTheUsers() {
    Map<String, Object> map =
        describe(Protocol.IMAGENET_C, OptionalDouble.of(0.75), of(Variant.SA12), given());
    Map<String, Object> figure = Run.list(map, "published").getFirst();
    assertEquals(0.6, figure.get("mce"));
    assertFalse(figure.containsKey("top1"));
    assertNull(figure.get("within_interval"));
    assertEquals(List.of(), map.get("published_notes"));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    new PublishedFigures(
            Protocol.IMAGENET_C, new Tally(), OptionalDouble.of(0.75), List.of(), given())
        .print(Terminal.of(stream, stream));
    String text = out.toString(StandardCharsets.UTF_8);
    assertTrue(text.contains("mCE %"), text);
    assertTrue(text.contains("60.00  +15.00  n/a"), text);
    Map<String, Object> part =
        describe(Protocol.IMAGENET_C, OptionalDouble.empty(), of(Variant.SA12), given());
    assertTrue(part.get("published_notes").toString().contains("corruptions are missing"));
  }
}
