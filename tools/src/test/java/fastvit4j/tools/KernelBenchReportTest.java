package fastvit4j.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.runtime.Device;
import fastvit4j.runtime.Precision;
import fastvit4j.runtime.tornado.EmulatorProvider;
import fastvit4j.tools.kernels.CaseSpec;
import fastvit4j.tools.kernels.KernelRow;
import fastvit4j.tools.kernels.ModelCases;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KernelBenchReportTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private static final Device DEVICE = new EmulatorProvider().find().devices().getFirst();
  private final KernelBenchReport report =
      new KernelBenchReport(
          Terminal.of(new PrintStream(out, true, StandardCharsets.UTF_8), System.err),
          Optional.empty(),
          true);

  private static KernelRow row(String way, double fraction, Double... nanos) {
    return new KernelRow(
        way,
        way,
        Set.of(Precision.FLOAT32),
        false,
        List.of(nanos),
        2000,
        400,
        400,
        Double.NaN,
        Double.NaN,
        Double.NaN,
        Double.NaN,
        0,
        1,
        1e-4,
        fraction,
        Map.of(),
        null);
  }

  /** A library's rows stand like others in each form, a wrong one without times. */
  private static KernelBenchReport.Measured measured() {
    Map<String, String> missing = new LinkedHashMap<>();
    missing.put("cutlassHgemm", "it needs fours");
    missing.put("ltMatmulFP16", "no such module");
    missing.put("cutlassGemmBiasGelu", "it needs fours");
    return new KernelBenchReport.Measured(
        DEVICE,
        new ModelCases.Problem(
            "key",
            List.of(),
            1,
            1,
            CaseSpec.parse("pointwise:out=6+gelu", CaseSpec.shape("1x2x3x5"))),
        List.of(
            row("cublasGemmExFP16", 0.25, 1000.0, 3000.0, 2000.0), row("ltMatmulBiasFP16", 7.5)),
        missing);
  }

  @Test
  void aReasonIsSaidOnceForAllTheCallsThatItKeepsAway() {
    report.print(measured());
    String text = out.toString(StandardCharsets.UTF_8);
    assertEquals(
        List.of(
            "no row of cutlassHgemm, cutlassGemmBiasGelu: it needs fours",
            "no row of ltMatmulFP16: no such module"),
        text.lines().filter(l -> l.startsWith("no row")).toList());
    assertTrue(text.lines().anyMatch(l -> l.matches("cublasGemmExFP16 +2.00 +1.00 .*")), text);
    assertTrue(
        text.lines().anyMatch(l -> l.matches("ltMatmulBiasFP16( +–)+ .*7.5e\\+00 .*")), text);
  }

  @Test
  void everyFormHasTheRows() {
    List<KernelBenchReport.Measured> all = List.of(measured());
    Map<String, Object> one = Run.list(report.json(all), "cases").getFirst();
    assertEquals(measured().noLibrary(), one.get("no_library"));
    List<Map<String, Object>> rows = Run.list(one, "kernels");
    assertEquals(2.0, rows.get(0).get("median_us"));
    assertEquals(null, rows.get(1).get("median_us"));
    assertEquals(7.5, rows.get(1).get("error_of_bound"));
    String csv = report.csv(all);
    assertEquals(3, csv.lines().count());
    assertTrue(
        csv.contains(
            ",float32,pointwise:out=6+gelu,1x2x3x5,cublasGemmExFP16,cublasGemmExFP16,float32,false,2.0,3,1.0,"),
        csv);
    String page = report.html(all);
    assertTrue(page.contains("cublasGemmExFP16") && page.contains("ltMatmulBiasFP16"));
  }
}
