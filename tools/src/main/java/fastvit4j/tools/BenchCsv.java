package fastvit4j.tools;

import fastvit4j.model.Published;
import fastvit4j.tools.bench.Configuration;
import fastvit4j.tools.bench.Preparation;
import fastvit4j.tools.bench.Result;
import fastvit4j.tools.bench.Results;
import fastvit4j.tools.bench.Statistics;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Results as comma-separated values (RFC 4180), named as in the JSON; what is not known is empty.
 */
final class BenchCsv {
  private static final String HEADER =
      "model,device,height,width,batch,precision,form,threads,preset,error,counted_runs,min_ms,median_ms,p90_ms,"
          + "p99_ms,spread_ms,images_per_second,kernels_ms,transfers_ms,compile_ms,peak_memory_bytes,"
          + "parameters,macs,max_logit_error,parity_height,parity_width,published_top1,"
          + "published_parameters_m,published_gmacs,published_gpu_ms,published_mobile_ms";

  private BenchCsv() {}

  static String of(Results results) {
    return results.results().stream()
        .map(BenchCsv::line)
        .collect(Collectors.joining("\n", HEADER + "\n", "\n"));
  }

  private static String line(Result result) {
    List<Object> cells = new ArrayList<>();
    Configuration of = result.configuration();
    cells.addAll(List.of(of.model(), of.device(), of.height(), of.width(), of.batch()));
    cells.addAll(List.of(of.precision(), of.formName(), of.threads()));
    cells.add(result.preset() == null ? "" : result.preset());
    cells.add(result.isFailed() ? result.error() : "");
    cells.addAll(result.statistics().map(BenchCsv::times).orElse(List.of("", "", "", "", "", "")));
    cells.add(cell(result.imagesPerSecond()));
    cells.add(cell(result.kernelMs()));
    cells.add(cell(result.transferMs()));
    cells.addAll(
        result.preparation() == null
            ? List.of("", "", "", "", "", "", "")
            : prepared(result.preparation()));
    cells.addAll(
        result.published() == null ? List.of("", "", "", "", "") : published(result.published()));
    return cells.stream()
        .map(cell -> Text.csv(String.valueOf(cell)))
        .collect(Collectors.joining(","));
  }

  private static List<Object> times(Statistics s) {
    return List.of(s.count(), s.minimum(), s.median(), s.p90(), s.p99(), s.spread());
  }

  private static List<Object> prepared(Preparation told) {
    return List.of(
        told.compileMs(),
        told.memoryBytes(),
        told.parameters(),
        told.macs(),
        told.parity().error(),
        told.parity().height(),
        told.parity().width());
  }

  private static List<Object> published(Published known) {
    return Stream.of(
            known.top1(), known.parametersM(), known.gmacs(), known.gpuMs(), known.mobileMs())
        .map(value -> value == null ? (Object) "" : value)
        .toList();
  }

  private static Object cell(OptionalDouble value) {
    return value.isPresent() ? (Object) value.getAsDouble() : "";
  }
}
