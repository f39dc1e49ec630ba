package fastvit4j.model.checkpoint;

import fastvit4j.model.checkpoint.PickleValue.Storage;
import fastvit4j.model.checkpoint.PickleValue.View;
import fastvit4j.model.io.Text;
import fastvit4j.model.tensor.DType;
import fastvit4j.model.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Reads what {@code torch.save} writes since PyTorch 1.6, a zip archive:
 *
 * <pre>
 *   NAME/data.pkl    what was saved, pickled; tensors refer to storages by key
 *   NAME/byteorder   "little" or "big"; little where it is missing
 *   NAME/data/KEY    a storage's elements
 *   NAME/version     and others: of no interest here
 * </pre>
 *
 * <p>A tensor is a view of a storage by an offset and strides; several may share one. Where a
 * storage is stored plainly and the view is contiguous, the tensor is a slice of the archive, else
 * a copy made when it is first asked for. A storage's checksum is checked at that time too.
 */
final class PyTorchReader {
  static final String FORMAT = "PyTorch";
  private static final String PICKLE = "/data.pkl";
  private static final int LONGEST_PICKLE = 1 << 26;
  private static final int LONGEST_BYTEORDER = 6;

  /** About what a tensor takes in Java's memory besides its elements. */
  private static final int TENSOR_COST = 768;

  private final String file;
  private final ZipArchive archive;
  private final Budget budget;
  private final String root;
  private final boolean bigEndian;
  private final Map<String, StorageBytes> storages = new HashMap<>();

  private PyTorchReader(String file, ZipArchive archive, Budget budget) {
    this.file = file;
    this.archive = archive;
    this.budget = budget;
    this.root = root();
    this.bigEndian = isBigEndian();
  }

  /**
   * Reads an archive that lies in memory.
   *
   * @param file its name for messages
   * @throws CheckpointException if it is damaged, or holds anything but a state dictionary
   */
  static TensorFile read(String file, MemorySegment bytes, Runnable closer) {
    return FileMapping.reading(
        file,
        () -> {
          Budget budget = new Budget(file, bytes.byteSize());
          ZipArchive archive = ZipArchive.read(file, bytes, budget);
          return new PyTorchReader(file, archive, budget).read(closer);
        });
  }

  private TensorFile read(Runnable closer) {
    ZipMember pickle = archive.find(root + PICKLE).orElseThrow();
    if (pickle.size() > LONGEST_PICKLE) {
      throw archive.damaged("its %s has %d bytes".formatted(pickle.quoted(), pickle.size()));
    }
    PickleValue saved = Unpickler.read(file, archive.content(pickle), budget);
    StateDictionary weights = StateDictionary.find(file, saved);
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    weights.tensors().forEach((name, view) -> tensors.put(name, tensor(name, view)));
    return new TensorFile(file, FORMAT, tensors, weights.notes(), closer);
  }

  /** The folder that everything is in. */
  private String root() {
    List<String> roots =
        archive.members().keySet().stream()
            .filter(
                name ->
                    name.endsWith(PICKLE) && name.indexOf('/') == name.length() - PICKLE.length())
            .map(name -> name.substring(0, name.length() - PICKLE.length()))
            .toList();
    if (roots.size() != 1) {
      throw new CheckpointException(
          file,
          "is a zip archive, but with %d data.pkl in it, not one as torch.save writes; name another file"
              .formatted(roots.size()));
    }
    String folder = roots.getFirst();
    boolean script =
        archive.members().keySet().stream()
            .anyMatch(
                name ->
                    name.equals(folder + "/constants.pkl") || name.startsWith(folder + "/code/"));
    if (script) {
      throw new CheckpointException(
          file,
          "is a TorchScript archive, a program; in Python, save its weights:"
              + " torch.save(torch.jit.load(FILE).state_dict(), OTHER)");
    }
    return folder;
  }

  private boolean isBigEndian() {
    ZipMember member = archive.find(root + "/byteorder").orElse(null);
    if (member == null) {
      return false;
    }
    String order =
        member.size() > LONGEST_BYTEORDER
            ? ""
            : StandardCharsets.ISO_8859_1.decode(archive.content(member).asByteBuffer()).toString();
    return switch (order) {
      case "little" -> false;
      case "big" -> true;
      default -> throw archive.damaged(member.quoted() + " is neither 'little' nor 'big'");
    };
  }

  private Tensor tensor(String name, View view) {
    budget.charge(TENSOR_COST + 2L * name.length(), "its list of tensors");
    StorageBytes storage = storage(name, view.storage());
    DType dtype = view.storage().dtype();
    int[] shape = view.shape().stream().mapToInt(Integer::intValue).toArray();
    StridedCopy copy = new StridedCopy(view);
    long bytes = dtype.bytes() * Arrays.stream(shape).asLongStream().reduce(1, (a, b) -> a * b);
    if (copy.isContiguous()) {
      long from = bytes == 0 ? 0 : view.offset() * dtype.bytes();
      return Tensor.lazy(name, dtype, shape, () -> storage.bytes().asSlice(from, bytes));
    }
    budget.charge(bytes, "tensor " + Text.quote(name));
    return Tensor.lazy(name, dtype, shape, () -> archive.reading(() -> copy.of(storage.bytes())));
  }

  private StorageBytes storage(String tensor, Storage storage) {
    StorageBytes known = storages.get(storage.key());
    if (known != null) {
      if (!known.storage().equals(storage)) {
        throw archive.damaged(
            "tensor %s sees its storage %s as another type or size than a tensor before"
                .formatted(Text.quote(tensor), Text.quote(storage.key())));
      }
      return known;
    }
    String name = root + "/data/" + storage.key();
    ZipMember member =
        archive
            .find(name)
            .orElseThrow(
                () ->
                    archive.damaged(
                        "the storage %s of tensor %s is missing"
                            .formatted(Text.quote(name), Text.quote(tensor))));
    int width = storage.dtype().bytes();
    if (member.size() != storage.elements() * width) {
      throw archive.damaged(
          "the storage %s has %d bytes, but %d %s elements take %d"
              .formatted(
                  member.quoted(),
                  member.size(),
                  storage.elements(),
                  storage.dtype(),
                  storage.elements() * width));
    }
    boolean swapped = bigEndian && width > 1;
    if (swapped) {
      budget.charge(member.size(), "the storage " + member.quoted());
    }
    StorageBytes bytes = new StorageBytes(storage, archive, member, swapped);
    storages.put(storage.key(), bytes);
    return bytes;
  }
}
