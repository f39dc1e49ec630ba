package fastvit4j.tools.onnx;

import com.google.protobuf.CodedOutputStream;
import fastvit4j.model.Model;
import fastvit4j.model.UserException;
import fastvit4j.model.graph.Graph;
import fastvit4j.model.image.Preprocessing;
import fastvit4j.model.io.AtomicFile;
import fastvit4j.model.io.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Writes a network in any form as an ONNX model, operator set 20: input {@code input}, float32
 * NCHW, normalised; outputs by the graph's names, maps NCHW, logits [N, classes]. The batch is
 * free. Nodes and initializers have the names of the graph's nodes and tensors; all weights are
 * float32.
 *
 * <p>Where the weights are too large for one protobuf file, they go into a file beside the model,
 * whose name is the model's and {@code .data}.
 */
public final class OnnxExport {
  /** External tensors begin at page boundaries, so that they can be mapped. */
  private static final long ALIGNMENT = 4096;

  private static final int BUFFER = 1 << 16;

  private OnnxExport() {}

  /**
   * Writes a model, with what is needed to ask it about a picture in its metadata: {@code name},
   * {@code form}, {@code input_size} [3, height, width], {@code mean}, {@code std}, {@code
   * crop_pct}, {@code interpolation} and {@code labels}, lists as JSON.
   *
   * @throws UserException if the file cannot be written
   * @throws fastvit4j.model.operator.ShapeException if the network cannot take the input
   */
  public static void write(Path target, Model model, OnnxOptions options) {
    write(target, model.graph(), options, metadata(model));
  }

  /**
   * Writes a graph with metadata.
   *
   * @throws UserException if the file cannot be written
   * @throws fastvit4j.model.operator.ShapeException if the network cannot take the input
   */
  public static void write(
      Path target, Graph graph, OnnxOptions options, Map<String, String> metadata) {
    GraphExport export = GraphExport.of(graph, options);
    List<Initializer> weights =
        export.initializers().stream().filter(Initializer::isWeight).toList();
    if (weights.stream().mapToLong(weight -> weight.data().size()).sum() <= options.largestFile()) {
      ProtoMessage model = inOneFile(export, metadata);
      AtomicFile.write(target, channel -> write(target, channel, model::write));
      return;
    }
    Path data = target.resolveSibling(target.getFileName() + ".data");
    ProtoMessage message = export.message();
    long offset = 0;
    for (Initializer initializer : export.initializers()) {
      if (initializer.isWeight()) {
        message.message(
            OnnxSchema.Graph.INITIALIZER,
            initializer.outside(data.getFileName().toString(), offset));
        offset = aligned(offset + initializer.data().size());
      } else {
        message.message(OnnxSchema.Graph.INITIALIZER, initializer.inside());
      }
    }
    ProtoMessage model = model(message, metadata);
    // The weights come into place just before the model that names them.
    AtomicFile.write(
        target,
        channel -> {
          write(target, channel, model::write);
          AtomicFile.write(data, file -> write(data, file, out -> writeData(weights, out)));
        });
  }

  /**
   * The model as bytes, without metadata.
   *
   * @throws fastvit4j.model.operator.ShapeException if the network cannot take the input
   * @throws IllegalArgumentException if it is too large for one array
   */
  public static byte[] bytes(Graph graph, OnnxOptions options) {
    ProtoMessage model = inOneFile(GraphExport.of(graph, options), Map.of());
    long size = model.size();
    if (size > options.largestFile()) {
      throw new IllegalArgumentException(graph.name() + " is " + size + " bytes: write a file");
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream((int) size);
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(bytes, BUFFER);
      model.write(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static ProtoMessage inOneFile(GraphExport export, Map<String, String> metadata) {
    ProtoMessage message = export.message();
    export
        .initializers()
        .forEach(
            initializer -> message.message(OnnxSchema.Graph.INITIALIZER, initializer.inside()));
    return model(message, metadata);
  }

  private static ProtoMessage model(ProtoMessage graph, Map<String, String> metadata) {
    ProtoMessage model =
        new ProtoMessage()
            .number(OnnxSchema.Model.IR_VERSION, OnnxSchema.IR_VERSION)
            .text(OnnxSchema.Model.PRODUCER_NAME, "FastViT4J");
    String version = OnnxExport.class.getPackage().getImplementationVersion();
    if (version != null) {
      model.text(OnnxSchema.Model.PRODUCER_VERSION, version);
    }
    model.message(OnnxSchema.Model.GRAPH, graph);
    model.message(
        OnnxSchema.Model.OPSET_IMPORT,
        new ProtoMessage()
            .text(OnnxSchema.OperatorSetId.DOMAIN, "")
            .number(OnnxSchema.OperatorSetId.VERSION, OnnxSchema.OPERATOR_SET));
    metadata.forEach(
        (key, value) ->
            model.message(
                OnnxSchema.Model.METADATA_PROPS,
                new ProtoMessage()
                    .text(OnnxSchema.Entry.KEY, key)
                    .text(OnnxSchema.Entry.VALUE, value)));
    return model;
  }

  /** The keys are those of the description in our safetensors files. */
  private static SequencedMap<String, String> metadata(Model model) {
    Preprocessing p = model.preprocessing();
    SequencedMap<String, String> metadata = new LinkedHashMap<>();
    metadata.put("name", model.graph().name());
    metadata.put("form", model.form().name().toLowerCase(Locale.ROOT));
    metadata.put("input_size", json(List.of(3, p.height(), p.width())));
    metadata.put("mean", json(p.mean()));
    metadata.put("std", json(p.std()));
    metadata.put("crop_pct", Double.toString(p.crop()));
    metadata.put("interpolation", "bicubic");
    metadata.put("labels", json(model.labels().names()));
    return metadata;
  }

  private static String json(List<?> list) {
    return Json.write(new ArrayList<>(list));
  }

  private interface Body {
    void write(CodedOutputStream out) throws IOException;
  }

  private static void write(Path target, FileChannel channel, Body body) throws IOException {
    try {
      CodedOutputStream out =
          CodedOutputStream.newInstance(Channels.newOutputStream(channel), BUFFER);
      body.write(out);
      out.flush();
    } catch (InternalError e) {
      throw new UserException(
          target
              + " is not written: the file that the weights come from changed meanwhile; copy it"
              + " again",
          e);
    }
  }

  private static void writeData(List<Initializer> weights, CodedOutputStream out)
      throws IOException {
    for (Initializer weight : weights) {
      weight.data().write(out);
      long size = weight.data().size();
      out.writeRawBytes(new byte[(int) (aligned(size) - size)]);
    }
  }

  private static long aligned(long offset) {
    return Math.ceilDiv(offset, ALIGNMENT) * ALIGNMENT;
  }
}
