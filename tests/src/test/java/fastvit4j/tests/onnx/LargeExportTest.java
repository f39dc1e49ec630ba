package fastvit4j.tests.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.benchmarks.OnnxRuntimeSession;
import fastvit4j.model.checkpoint.TensorFile;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.GraphBuilder;
import fastvit4j.model.operator.GlobalAveragePool;
import fastvit4j.model.operator.Linear;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Activation;
import fastvit4j.model.tensor.Tensor;
import fastvit4j.tools.onnx.OnnxExport;
import fastvit4j.tools.onnx.OnnxOptions;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Weights of more than 2 GiB, more than one protobuf message can hold. */
@EnabledIfSystemProperty(
    named = "fastvit.tests.large",
    matches = "true",
    disabledReason = "writes 2 GB and takes 5 GB of memory: ask with -Dfastvit.tests.large=true")
final class LargeExportTest {
  private static final int INPUTS = 33_792;
  private static final int OUTPUTS = 16_384;
  private static final long BYTES = 4L * INPUTS * OUTPUTS;

  @TempDir private Path directory;

  @Test
  void goBesideTheModel() throws IOException {
    Path weights = sparse();
    Path model = directory.resolve("large.onnx");
    Shape shape = new Shape(1, 1, 1, INPUTS);
    try (TensorFile file = TensorFile.open(weights)) {
      OnnxExport.write(
          model, graph(file.tensors().get("head.fc.weight")), OnnxOptions.of(shape), Map.of());
    }
    assertTrue(Files.size(model) < 10_000, Files.size(model) + " bytes");
    assertEquals(BYTES, Files.size(directory.resolve("large.onnx.data")));
    try (OnnxRuntimeSession session = OnnxRuntimeSession.open(model, 1)) {
      Activation input = Activation.allocate(shape);
      input.set(0, 2);
      input.set(INPUTS - 1, 8);
      Activation logits = session.run(input).get(Graph.LOGITS);
      for (int i = 0; i < OUTPUTS; i++) {
        double expected = i == 0 ? 2 * 1.5 : i == OUTPUTS - 1 ? 8 * -2.5 : 0;
        assertEquals(expected, logits.get(i), "output " + i);
      }
    }
  }

  private static Graph graph(Tensor weight) {
    GraphBuilder graph = new GraphBuilder("large");
    String pooled = graph.add("head.global_pool", "head", new GlobalAveragePool(), Graph.INPUT);
    graph.output(Graph.LOGITS, graph.add("head.fc", "head", new Linear(weight, null), pooled));
    return graph.build();
  }

  /** A safetensors file of zeros but for its first and last number, nearly all of it a hole. */
  private Path sparse() throws IOException {
    Path path = directory.resolve("large.safetensors");
    byte[] header =
        "{\"head.fc.weight\":{\"dtype\":\"F32\",\"shape\":[%d,%d],\"data_offsets\":[0,%d]}}"
            .formatted(OUTPUTS, INPUTS, BYTES)
            .getBytes(StandardCharsets.UTF_8);
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.write(little(8).putLong(header.length).array());
      file.write(header);
      file.write(little(4).putFloat(1.5f).array());
      file.seek(8 + header.length + BYTES - 4);
      file.write(little(4).putFloat(-2.5f).array());
    }
    return path;
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
