package fastvit4j.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import fastvit4j.kernels.cpu.CpuKernelsProvider;
import fastvit4j.model.io.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
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
    assertTrue(run.out().contains("\"precision\": \"float16\""), run.out());
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
    assertTrue(lines.getFirst().startsWith("device,precision,case,shape,way,"), lines.getFirst());
    int columns = lines.getFirst().split(",", -1).length;
    assertTrue(lines.stream().allMatch(l -> l.split(",", -1).length == columns));
    String page = Files.readString(html);
    assertTrue(page.contains("rooflineChart()") && page.contains("depthwise:k=3"), "no chart");
    assertFalse(page.contains("{{"), "a place is left empty");
  }

  /** In one kernel, and beside it first normalised and then one by one. */
  @Test
  void picturesAreGivenAsBytes() {
    String stem = "pictures+conv:out=48,s=2+gelu+depthwise:s=2+gelu+pointwise:out=48+gelu";
    Run run = bench(stem, "--shape", "2x9x13x3", "--json");
    assertEquals(0, run.status(), run.err());
    List<Map<String, Object>> rows = Run.list(Run.list(run.json(), "cases").getFirst(), "kernels");
    Map<String, Object> fused = row(rows, "pixelStem");
    assertEquals("pixelStem", fused.get("kernels"));
    assertEquals(1, fused.get("launches"));
    // A byte a sample; weights and biases of the three convolutions; 2·3·4 pixels of the output.
    int parameters = 48 * 27 + 48 + 48 * 9 + 48 + 48 * 48 + 48;
    assertEquals(2 * 9 * 13 * 3 + 4 * (parameters + 2 * 3 * 4 * 48), fused.get("least_bytes"));
    for (String way : List.of("unfused", "separate")) {
      String kernels = String.valueOf(row(rows, way).get("kernels"));
      assertTrue(kernels.startsWith("normalizePixels, "), kernels);
    }
    assertEquals(4, row(rows, "unfused").get("launches"));
    for (Map<String, Object> row : rows) {
      double fraction = ((Number) row.get("error_of_bound")).doubleValue();
      assertTrue(fraction > 0 && fraction <= 1, row.toString());
    }
  }

  private static Map<String, Object> row(List<Map<String, Object>> rows, String way) {
    return rows.stream().filter(row -> row.get("way").equals(way)).findFirst().orElseThrow();
  }

  @Test
  void severalPrecisionsAreMeasuredAndWhatStoresFloat32IsTold(@TempDir Path directory)
      throws Exception {
    Path csv = directory.resolve("k.csv");
    String[] product = {"pointwise:out=32", "--shape", "1x3x5x16", "--precision"};
    Run run = bench(with(product, "float32,float16", "--json", "--csv", csv.toString()));
    assertEquals(0, run.status(), run.err());
    List<Map<String, Object>> runs = Run.list(run.json(), "runs");
    assertEquals(
        List.of("float32", "float16"), runs.stream().map(one -> one.get("precision")).toList());
    List<Map<String, Object>> half = Run.list(Run.list(runs.get(1), "cases").getFirst(), "kernels");
    assertEquals("float32", row(half, "pointwiseRow").get("stored"));
    assertEquals("float16", row(half, "pointwiseTiled").get("stored"));
    List<String> lines = Files.readAllLines(csv);
    for (String precision : List.of("float32", "float16")) {
      assertTrue(
          lines.stream().anyMatch(l -> l.startsWith("emulator," + precision + ",")), csv::toString);
    }
    Run table = bench(with(product, "float16"));
    assertTrue(
        table.out().lines().anyMatch(l -> l.matches("pointwiseRow +(\\* +)?float32 .*")),
        table.out());
  }

  private static String[] with(String[] arguments, String... more) {
    return Stream.concat(Stream.of(arguments), Stream.of(more)).toArray(String[]::new);
  }

  @Test
  void theProcessorIsHeldAgainstItsRoofline() {
    assumeFalse(CpuKernelsProvider.widths().isEmpty(), "there is no vector code here");
    Run run =
        Run.of(
            "kernels",
            "bench",
            "depthwise:k=3+gelu",
            "--shape",
            "1x8x8x32",
            "--seconds",
            "0",
            "--device",
            "cpu",
            "--threads",
            "1",
            "--json");
    assertEquals(0, run.status(), run.err());
    Map<String, Object> roof = Run.object(run.json(), "roof");
    assertTrue(((Number) roof.get("gflops")).doubleValue() > 0, roof.toString());
    assertFalse(roof.containsKey("launch_us"), roof.toString());
    Map<String, Object> row =
        row(Run.list(Run.list(run.json(), "cases").getFirst(), "kernels"), "cpu");
    int elements = 8 * 8 * 32;
    assertEquals(2 * 9 * elements + elements, row.get("operations"));
    assertEquals(4 * (2 * elements + 9 * 32 + 32), row.get("least_bytes"));
    for (String measured : List.of("of_roof", "roof_us", "predicted_us", "gbytes_per_second")) {
      assertTrue(((Number) row.get(measured)).doubleValue() > 0, measured + " of " + row);
    }
  }

  /** The emulator has no times: what is judged says so, and counts every step of the model. */
  @Test
  void aSummaryTakesWhatTheDeviceGets() {
    Run run = bench("--sweep", "t8", "--size", "32", "--summary", "--json");
    assertEquals(0, run.status(), run.err());
    Map<String, Object> summary = Run.object(run.json(), "summary");
    List<Map<String, Object>> kinds = Run.list(summary, "operators");
    assertEquals("not measured", kinds.getFirst().get("at_all_shapes"));
    for (Map<String, Object> one : Run.list(run.json(), "cases")) {
      assertEquals(1, Run.list(one, "kernels").size(), one.toString());
    }
    assertEquals(List.of(), Run.list(summary, "fusions"), "a processor fuses nothing");
    Run text = bench("--sweep", "t8", "--size", "32", "--summary");
    assertTrue(text.out().contains("the device gets no fusion here"), text.out());
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
        "pictures --shape 1x8x8x3 | pictures are only an input: say what is computed of them",
        "pictures+gelu | pictures have 3 channels, not 64: give a --shape such as 1x256x256x3",
        "gelu+pictures | pictures are an input: they come first, and have no numbers",
        "gelu --summary | --summary judges what a device gets: give it --sweep MODEL, without",
        "--sweep t8 --summary --kernel pointwise | --summary judges what a device gets",
        "gelu --precision float32,int4 | 'int4' is no precision: take float32 or float16",
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
