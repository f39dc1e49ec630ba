package fastvit4j.reparam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.fastvit.FastViT;
import fastvit4j.model.fastvit.FastViTConfig;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.fastvit.Mixer;
import fastvit4j.model.fastvit.Variant;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.io.Json;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Weights;
import fastvit4j.reparam.Reparameterization.Trace;
import fastvit4j.reparam.Report.BlockRow;
import fastvit4j.reparam.Report.PassRow;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class ReportTest {
  private static final Shape IMAGE = new Shape(1, 64, 64, 3);

  private static Trace trace(Weights weights, String name) {
    FastViTConfig config =
        FastViTConfig.of(name, List.of(8, 16, 32, 64), List.of(1, 1, 1, 1), 2, Mixer.ATTENTION);
    return Reparameterization.full().trace(FastViT.graph(config, Form.TRAIN, weights));
  }

  private static PassRow pass(Report report, String name) {
    return report.passes().stream().filter(r -> r.pass().equals(name)).findFirst().orElseThrow();
  }

  /** What each pass saves in its blocks is what the network gets cheaper by. */
  @Test
  void blocksAddUpToTheNetwork() {
    Report report = Report.of(trace(Weights.shapesOnly(), "small"), IMAGE);
    Cost running = report.before();
    for (PassRow pass : report.passes()) {
      assertEquals(running, pass.before());
      assertFalse(pass.blocks().isEmpty(), pass.pass());
      Cost gone = Cost.NOTHING;
      Cost come = Cost.NOTHING;
      for (BlockRow block : pass.blocks()) {
        gone = gone.plus(block.before());
        come = come.plus(block.after());
        assertNull(block.error());
      }
      assertEquals(pass.before().plus(come), pass.after().plus(gone), pass.pass());
      assertNull(pass.error());
      running = pass.after();
    }
    assertEquals(running, report.after());
  }

  @Test
  void countsOfOneBlock() {
    Graph graph = FastViT.graph(Variant.T8.config(), Form.TRAIN, Weights.shapesOnly());
    Report report =
        Report.of(Reparameterization.published().trace(graph), new Shape(1, 256, 256, 3));
    PassRow merge = pass(report, "MergeBranches");
    BlockRow stem =
        merge.blocks().stream().filter(b -> b.block().equals("stem.1")).findFirst().orElseThrow();
    // stem.1: depthwise 3x3 and 1x1 of stride 2, 48 channels, 128 to 64 pixels a side.
    assertEquals(2, stem.branchesBefore());
    assertEquals(1, stem.branchesAfter());
    long in = 4L * 128 * 128 * 48;
    long out = 4L * 64 * 64 * 48;
    long pixels = 64L * 64 * 48;
    assertEquals(
        new Cost(3, 48 * 9 + 48 + 48 + 48, pixels * 10, 2 * in + 2 * out, 3 * out), stem.before());
    assertEquals(new Cost(1, 48 * 9 + 48, pixels * 9, in, out), stem.after());
    assertEquals(in + out, stem.after().traffic());
    // As the public code counts them.
    assertEquals(685160448L, report.after().macs());
    PassRow mixer = pass(report, "FoldRepMixer");
    assertEquals(10, mixer.blocks().size());
    assertEquals(3, mixer.blocks().getFirst().branchesBefore());
    assertEquals("stages.0.blocks.0.token_mixer", mixer.blocks().getFirst().block());
  }

  @Test
  void jsonWithVerification() throws Exception {
    Trace trace = trace(new RandomWeights(3), "small");
    Verification verification = new Verifier(new Shape(1, 32, 32, 3), 5).verify(trace);
    Report report = Report.of(trace, IMAGE, verification);
    Map<String, Object> json = Json.parseObject(report.toJson());
    assertEquals("small", json.get("model"));
    assertEquals("1x64x64x3", json.get("input"));
    Map<?, ?> verified = (Map<?, ?>) json.get("verification");
    assertEquals(true, verified.get("holds"));
    assertEquals(5, ((Number) verified.get("seed")).intValue());
    assertEquals(7, ((List<?>) verified.get("outputs")).size());
    List<?> passes = (List<?>) json.get("passes");
    assertEquals(6, passes.size());
    for (Object pass : passes) {
      assertNotNull(((Map<?, ?>) pass).get("error"), pass::toString);
      for (Object block : (List<?>) ((Map<?, ?>) pass).get("blocks")) {
        double relative =
            ((Number) ((Map<?, ?>) ((Map<?, ?>) block).get("error")).get("relative")).doubleValue();
        assertTrue(relative < 1e-11, block::toString);
      }
    }
    Map<?, ?> after = (Map<?, ?>) json.get("after");
    assertEquals(report.after().nodes(), ((Number) after.get("nodes")).intValue());
    Map<String, Object> unverified = Json.parseObject(Report.of(trace, IMAGE).toJson());
    assertFalse(unverified.containsKey("verification"));
  }

  @Test
  void htmlIsOnePageForLightAndDark() throws Exception {
    Trace trace = trace(new RandomWeights(3), "a <small> & \"odd\" name");
    Verification verification = new Verifier(new Shape(1, 32, 32, 3), 5).verify(trace);
    String html = Report.of(trace, IMAGE, verification).toHtml();
    assertTrue(html.startsWith("<!doctype html>"));
    assertTrue(html.contains("prefers-color-scheme: dark"));
    assertTrue(html.contains("width=device-width"));
    assertFalse(html.contains("<script"));
    assertFalse(html.contains("http"));
    assertTrue(html.contains("a &lt;small&gt; &amp; &quot;odd&quot; name"));
    assertTrue(html.contains("same function"));
    assertTrue(html.contains("stages.3.pos_emb"));
    // Well formed but for the elements that HTML never closes.
    String body = html.substring(html.indexOf("<body>"), html.indexOf("</html>"));
    DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(body)));
    assertFalse(Report.of(trace, IMAGE).toHtml().contains("Verification"));
  }

  @Test
  void aReparameterizationOfNothing() {
    Graph graph =
        FastViT.graph(
            FastViTConfig.of("s", List.of(8, 8, 8, 8), List.of(1, 1, 1, 1), 1, Mixer.REPMIXER),
            Form.INFERENCE,
            new RandomWeights(1));
    Trace trace = Reparameterization.full().trace(graph);
    Verification verification = new Verifier(new Shape(1, 32, 32, 3), 5).verify(trace);
    assertTrue(verification.passes().isEmpty());
    assertEquals(0, verification.worst().absolute());
    Report report = Report.of(trace, IMAGE, verification);
    assertEquals(report.before(), report.after());
    assertTrue(report.toHtml().contains("0 blocks"));
  }
}
