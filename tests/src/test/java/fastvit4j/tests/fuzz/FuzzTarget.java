package fastvit4j.tests.fuzz;

import fastvit4j.model.checkpoint.Checkpoint;
import fastvit4j.model.checkpoint.TensorFile;
import fastvit4j.model.image.Picture;
import fastvit4j.model.tensor.Tensor;
import fastvit4j.tools.bench.ResultsFile;
import fastvit4j.tools.fetch.Registry;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A parser of files that come from elsewhere. Another one is another constant, and a folder of
 * seeds {@code src/test/resources/fuzz/<constant in lower case>}.
 */
enum FuzzTarget {
  /** A safetensors file, and what it is recognised as. */
  SAFETENSORS(1 << 16) {
    @Override
    void read(byte[] bytes) {
      try (TensorFile file = tensors("file.safetensors", bytes)) {
        Checkpoint checkpoint = Checkpoint.of(file);
        checkpoint.warnings();
        checkpoint.model();
      }
    }
  },

  /** A zip archive as {@code torch.save} writes it, from its first byte. */
  PYTORCH(1 << 14, "../model/src/test/resources/pytorch") {
    @Override
    void read(byte[] bytes) {
      tensors("file.pth", bytes).close();
    }
  },

  /** The pickle in such an archive, without a checksum that every change would break. */
  PICKLE(1 << 13) {
    @Override
    void read(byte[] bytes) {
      tensors("file.pth", PickleArchive.of(bytes)).close();
    }
  },

  /** A picture's header: every picture has more pixels than allowed. */
  PICTURE(1 << 13, "../model/src/test/resources/formats") {
    @Override
    void read(byte[] bytes) {
      Picture.read(bytes, "picture", 0);
    }
  },

  /**
   * A small picture to its pixels: what is done with a decoder's answer, and the decoder behind.
   */
  PIXELS(1 << 13, "../model/src/test/resources/formats") {
    @Override
    void read(byte[] bytes) {
      Picture.read(bytes, "picture", MOST_PIXELS);
    }

    @Override
    long seconds(long each) {
      return each / 3;
    }
  },

  /** What {@code fastvit bench} writes and {@code fastvit compare} reads. */
  RESULTS(1 << 14) {
    @Override
    void read(byte[] bytes) {
      ResultsFile.parse("results.json", new String(bytes, StandardCharsets.UTF_8));
    }
  },

  /** A list of checkpoints that {@code fastvit fetch --registry} reads. */
  REGISTRY(1 << 14) {
    @Override
    void read(byte[] bytes) {
      Registry registry = Registry.parse("registry", new String(bytes, StandardCharsets.UTF_8));
      registry.models().forEach(model -> registry.find(model.name()));
    }
  };

  /** A decoder takes some bytes a pixel, which are not to count beside the limits. */
  private static final int MOST_PIXELS = 1 << 14;

  private final int longest;
  private final List<Path> moreSeeds;

  FuzzTarget(int longest, String... moreSeeds) {
    this.longest = longest;
    this.moreSeeds = Stream.of(moreSeeds).map(Path::of).toList();
  }

  /**
   * Reads a file's content.
   *
   * @throws fastvit4j.model.UserException if it is not as it should be; nothing else is ever thrown
   */
  abstract void read(byte[] bytes);

  /** The most bytes that the fuzzer makes. */
  int longest() {
    return longest;
  }

  /** How long it is fuzzed where a parser is fuzzed for so long. */
  long seconds(long each) {
    return each;
  }

  /** Folders of other tests' files, which the fuzzer begins with too. */
  List<Path> moreSeeds() {
    return moreSeeds;
  }

  private static TensorFile tensors(String name, byte[] bytes) {
    TensorFile file = TensorFile.of(name, MemorySegment.ofArray(bytes));
    file.tensors().values().forEach(Tensor::data);
    return file;
  }
}
