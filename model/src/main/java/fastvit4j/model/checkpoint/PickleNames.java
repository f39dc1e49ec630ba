package fastvit4j.model.checkpoint;

import fastvit4j.model.tensor.DType;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The names that a pickle may mention. None is ever looked up among classes; any other ends the
 * reading.
 *
 * <ul>
 *   <li>what a state dictionary is made of: tensors, their storages, dictionaries;
 *   <li>plain data that training scripts save beside it (arguments, a metric, a device): such an
 *       object is not built, only noted, and a tensor must not depend on it.
 * </ul>
 */
final class PickleNames {
  static final String ORDERED_DICT = "collections.OrderedDict";
  static final String DEFAULT_DICT = "collections.defaultdict";
  static final String SIZE = "torch.Size";
  static final String TENSOR = "torch._utils._rebuild_tensor";
  static final String TENSOR_V2 = "torch._utils._rebuild_tensor_v2";
  static final String PARAMETER = "torch._utils._rebuild_parameter";
  static final String PARAMETER_WITH_STATE = "torch._utils._rebuild_parameter_with_state";

  private static final Set<String> BUILT =
      Set.of(ORDERED_DICT, DEFAULT_DICT, SIZE, TENSOR, TENSOR_V2, PARAMETER, PARAMETER_WITH_STATE);

  private static final Set<String> DATA =
      Stream.of(
              List.of("argparse.Namespace", "types.SimpleNamespace"),
              qualified("collections", "Counter", "deque"),
              qualified("datetime", "date", "datetime", "timedelta"),
              qualified("pathlib", "Path", "PosixPath", "PurePosixPath", "WindowsPath"),
              plainTypes("__builtin__"),
              plainTypes("builtins"),
              numpyArrays("numpy.core.multiarray"),
              numpyArrays("numpy._core.multiarray"),
              qualified("numpy", "dtype", "ndarray"),
              List.of("_codecs.encode", "torch.device"),
              qualified("torch", "bool", "uint8", "int8", "int16", "int32", "int64"),
              qualified("torch", "float16", "bfloat16", "float32", "float64"),
              qualified("torch", "channels_last", "contiguous_format", "preserve_format"))
          .flatMap(List::stream)
          .collect(Collectors.toUnmodifiableSet());

  /** Storages by name; those whose elements this library does not have are null. */
  private static final Map<String, DType> STORAGES = storages();

  private PickleNames() {}

  private static List<String> qualified(String module, String... names) {
    return Arrays.stream(names).map(name -> module + "." + name).toList();
  }

  private static List<String> plainTypes(String module) {
    return qualified(
        module,
        "bool",
        "bytearray",
        "complex",
        "dict",
        "float",
        "frozenset",
        "int",
        "list",
        "object",
        "set",
        "slice",
        "str",
        "tuple");
  }

  private static List<String> numpyArrays(String module) {
    return qualified(module, "_reconstruct", "scalar");
  }

  private static Map<String, DType> storages() {
    Map<String, DType> storages = new LinkedHashMap<>();
    storages.put("torch.DoubleStorage", DType.F64);
    storages.put("torch.FloatStorage", DType.F32);
    storages.put("torch.HalfStorage", DType.F16);
    storages.put("torch.BFloat16Storage", DType.BF16);
    storages.put("torch.LongStorage", DType.I64);
    storages.put("torch.IntStorage", DType.I32);
    storages.put("torch.ByteStorage", DType.U8);
    for (String other :
        List.of("Bool", "Char", "Short", "ComplexFloat", "ComplexDouble", "QInt8", "QUInt8")) {
      storages.put("torch." + other + "Storage", null);
    }
    return storages;
  }

  /** Whether a pickle may mention it. */
  static boolean isKnown(String name) {
    return BUILT.contains(name) || isData(name) || isStorage(name);
  }

  /** Whether it makes plain data, which is not built. */
  static boolean isData(String name) {
    return DATA.contains(name);
  }

  /** Whether it is a type of storages. */
  static boolean isStorage(String name) {
    return STORAGES.containsKey(name);
  }

  /** The elements of a type of storages, or null if this library has no such type. */
  static DType elements(String storage) {
    return STORAGES.get(storage);
  }
}
