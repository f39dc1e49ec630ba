package fastvit4j.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.io.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelsBenchCommandTest {
  private static Run bench(String... arguments) {
    String[] all = new String[arguments.length + 4];
    System.arraycopy(new String[] {"kernels", "bench", "--device", "emulator"}, 0, all, 0, 4);
    System.arraycopy(arguments, 0, all, 4, arguments.length);
    return Run.of(all);
  }

  @Test
  void kernelsThatStoreFloat16AreMeasuredBesideEachOther() {
    Run run =
        bench("pointwise:out=32+gelu", "--shape", "1x3x5x16", "--precision", "float16", "--json");
    assertEquals(0, run.status(), run.err());
    assertTrue(run.out().contains("\"precision\" : \"float16\""), run.out());
    for (String kernel : List.of("pointwiseWide", "pointwiseTiled", "pointwiseColumns")) {
      assertTrue(run.out().contains("\"" + kernel + "\""), run.out());
    }
  }

  @Test
  void aDeviceWithoutFloat16IsRefusedInOneLine() {
    Run run = Run.of("kernels", "bench", "gelu", "--device", "cpu", "--precision", "float16");
    assertEquals(2, run.status());
    assertEquals(
        "fastvit: cpu does not compute with float16: take --precision float32, or a GPU that does"
            + " (half_precision in `fastvit devices --verbose`)",
        run.err().strip());
  }

  @Test
  void everyKernelOfAnOperatorIsCheckedAndShown() {
    Run run = bench("pointwise:out=32+gelu", "--shape", "1x3x5x16");
    assertEquals(0, run.status(), run.err());
    for (String kernel : List.of("pointwiseRows", "pointwiseColumns", "pointwise", "separate")) {
      assertTrue(run.out().lines().anyMatch(l -> l.startsWith(kernel + " ")), run.out());
    }
    assertTrue(run.out().lines().anyMatch(l -> l.startsWith("pointwiseSixByTwo *")), run.out());
    assertTrue(run.out().lines().allMatch(l -> l.length() <= 100), run.out());
  }

  @Test
  void theModelsExpectationStandsBesideFusionsAndSteps() {
    Run run = bench("depthwise:k=3+depthwise:k=7", "--shape", "1x4x5x16", "--seconds", "0");
    assertEquals(0, run.status(), run.err());
    for (String way : List.of("depthwisePair", "unfused")) {
      assertTrue(
          run.out().lines().anyMatch(l -> l.matches(way + "( \\*)?( +–){5} +[\\d.]+ .*")),
          run.out());
    }
    assertTrue(run.out().contains("CHOICE: by assumed limits: "), run.out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "emulator | float32 | cublasSgemm, cublasSgemmTF32, ltMatmulFP32, cutlassSgemm",
        "cpu | float32 | cublasSgemm, cublasSgemmTF32, ltMatmulFP32, cutlassSgemm",
        "emulator | float16 | cublasGemmExFP16, ltMatmulFP16, ltMatmulBiasFP16, cutlassHgemm"
      })
  void whyThereIsNoRowOfALibraryIsALine(String device, String precision, String calls) {
    Run run =
        Run.of(
            "kernels",
            "bench",
            "pointwise:out=32",
            "--shape",
            "1x3x5x16",
            "--seconds",
            "0",
            "--library",
            "--device",
            device,
            "--precision",
            precision);
    assertEquals(0, run.status(), run.err());
    String line =
        "no row of "
            + calls
            + ": library calls are for TornadoVM's CUDA back end, and "
            + device
            + " is not of it";
    assertEquals(1, run.out().lines().filter(line::equals).count(), run.out());
    assertEquals(1, run.out().lines().filter(l -> l.startsWith("no row")).count(), run.out());
  }

  @Test
  void whatIsNoProductHasNoRowOfALibrary() {
    Run run = bench("depthwise", "--shape", "1x3x5x16", "--library", "--json");
    Map<String, Object> reasons =
        Run.object(Run.list(run.json(), "cases").getFirst(), "no_library");
    assertEquals(4, reasons.size());
    assertEquals(
        "only a case of one matrix product has a row of a library", reasons.get("cutlassSgemm"));
  }

  @Test
  @SuppressWarnings("unchecked")
  void numbersAreJsonCsvAndAPage(@TempDir Path directory) throws Exception {
    Path csv = directory.resolve("k.csv");
    Path html = directory.resolve("k.html");
    Run run =
        bench(
            "depthwise:k=3",
            "--sweep",
            "2x4x5x16,1x3x3x5",
            "--json",
            "--csv",
            csv.toString(),
            "--html",
            html.toString());
    assertEquals(0, run.status(), run.err());
    Map<String, Object> json = Json.parseObject(run.out());
    List<Map<String, Object>> cases = (List<Map<String, Object>>) json.get("cases");
    assertEquals(2, cases.size());
    assertEquals("2x4x5x16", cases.getFirst().get("shape"));
    Map<String, Object> row =
        ((List<Map<String, Object>>) cases.getFirst().get("kernels")).getFirst();
    double fraction = ((Number) row.get("error_of_bound")).doubleValue();
    assertTrue(fraction > 0 && fraction <= 1, row.toString());
    // 2·4·5·16 outputs of nine multiply-adds; input, weights, bias, output in float32.
    assertEquals(2L * 9 * 640, ((Number) row.get("operations")).longValue());
    assertEquals(4L * (640 + 9 * 16 + 16 + 640), ((Number) row.get("least_bytes")).longValue());
    List<String> lines = Files.readAllLines(csv);
    assertTrue(lines.getFirst().startsWith("device,case,shape,way,"), lines.getFirst());
    int columns = lines.getFirst().split(",", -1).length;
    assertTrue(lines.stream().allMatch(l -> l.split(",", -1).length == columns));
    String page = Files.readString(html);
    assertTrue(page.contains("rooflineChart()") && page.contains("depthwise:k=3"), "no chart");
    assertFalse(page.contains("{{"), "a place is left empty");
  }

  @Test
  void theStepsOfAModelAreCases() {
    Run run =
        bench(
            "attention",
            "--sweep",
            "sa12",
            "--size",
            "64",
            "--kernel",
            "attentionScores+softmax+attentionSum");
    assertEquals(0, run.status(), run.err());
    assertTrue(run.out().contains("SelfAttention"), run.out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "nonsense | there is no operator 'nonsense': there are add,",
        "pointwise:k=3 | pointwise has no number 'k': it takes [out]",
        "pointwise:out=0 | 'out=0' of pointwise is no number: give out=N",
        "pointwise+ | there is no operator ''",
        "attention | attention takes queries, keys and values side by side",
        "gelu --shape 64x64 | '64x64' is no shape: give images x height",
        "gelu --shape 9999x99999x9x9 | 9999x99999x9x9 has too many elements",
        "gelu --sweep nomodel | ",
        "gelu --kernel pointwise | pointwise cannot compute gelu: there are activation",
        "gelu --precision int4 | 'int4' is no precision: take float32 or float16",
        "gelu --seconds -1 | --seconds must be from 0 to 3600, not -1.0",
        "conv:g=5 | 5 groups do not divide 64 and 64 channels",
        " --shape 1x1x1x1 | nothing to measure: give OPERATORS",
        "depthwise --sweep t8 --size 64 --kernel softmax | softmax cannot compute",
        "layerscale --sweep t8 --size 64 | no step of t8 is layerscale: take one of add,"
      })
  void mistakesAreOneLine(String arguments, String message) {
    Run run = bench(arguments.strip().split(" "));
    assertEquals(2, run.status(), run.out() + run.err());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().startsWith("fastvit: " + (message == null ? "" : message)), run.err());
  }
}
