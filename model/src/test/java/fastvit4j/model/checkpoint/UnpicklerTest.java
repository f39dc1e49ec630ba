package fastvit4j.model.checkpoint;

import static fastvit4j.model.checkpoint.PyTorchFiles.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.tensor.Tensor;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pickles that torch.save would not write. */
class UnpicklerTest {
  private static final int[] SHAPE = {3, 4};
  private static final int[] STRIDES = {4, 1};

  /** What PyTorch's own files are made of: see {@link PyTorchReaderTest}. */
  private static final Set<PickleOpcode> KNOWN =
      EnumSet.of(
          PickleOpcode.MARK,
          PickleOpcode.STOP,
          PickleOpcode.NONE,
          PickleOpcode.NEWTRUE,
          PickleOpcode.NEWFALSE,
          PickleOpcode.BININT,
          PickleOpcode.BININT1,
          PickleOpcode.BININT2,
          PickleOpcode.LONG1,
          PickleOpcode.BINFLOAT,
          PickleOpcode.BINUNICODE,
          PickleOpcode.BINSTRING,
          PickleOpcode.SHORT_BINSTRING,
          PickleOpcode.EMPTY_TUPLE,
          PickleOpcode.TUPLE1,
          PickleOpcode.TUPLE2,
          PickleOpcode.TUPLE3,
          PickleOpcode.TUPLE,
          PickleOpcode.EMPTY_LIST,
          PickleOpcode.EMPTY_DICT,
          PickleOpcode.APPEND,
          PickleOpcode.APPENDS,
          PickleOpcode.SETITEM,
          PickleOpcode.SETITEMS,
          PickleOpcode.BINPUT,
          PickleOpcode.LONG_BINPUT,
          PickleOpcode.BINGET,
          PickleOpcode.LONG_BINGET,
          PickleOpcode.GLOBAL,
          PickleOpcode.BINPERSID,
          PickleOpcode.REDUCE,
          PickleOpcode.NEWOBJ,
          PickleOpcode.BUILD);

  @ParameterizedTest
  @EnumSource(PickleOpcode.class)
  void refusesEveryOtherOperationByName(PickleOpcode opcode) {
    byte[] file = weights().op(opcode, '1', '\n', '1', '\n').file();
    if (opcode != PickleOpcode.PROTO && KNOWN.contains(opcode)) {
      // Out of place here, but not unknown.
      assertRefused(file, "file.pth: ");
    } else {
      assertRefused(file, "has the operation " + opcode + ", which torch.save does not write");
    }
  }

  /** As many as Python's {@code pickletools.opcodes} of protocols 0 to 5. */
  @Test
  void knowsTheNameOfEveryOperation() {
    assertEquals(68, PickleOpcode.values().length);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 4, 5, 6, 255})
  void refusesOtherProtocolsByNumber(int protocol) {
    byte[] pickle = weights().end().stop();
    pickle[1] = (byte) protocol;
    assertRefused(
        RawZip.of(pickle, new byte[48]).build(),
        "is pickled with protocol %d, not 2; save it again".formatted(protocol));
  }

  private static RawPickle weights() {
    return new RawPickle().begin().text("w").tensor();
  }

  private static final String EXPLOITS =
      """
      os.system posix.system nt.system os.popen os.execv os.remove subprocess.Popen
      subprocess.check_output subprocess.getoutput builtins.eval builtins.exec builtins.compile
      builtins.getattr builtins.__import__ builtins.open builtins.print builtins.globals
      builtins.breakpoint __builtin__.eval __builtin__.exec __builtin__.execfile
      __builtin__.apply __builtin__.getattr __builtin__.file importlib.import_module
      runpy.run_path runpy._run_code pty.spawn code.InteractiveInterpreter
      timeit.timeit cProfile.run bdb.Bdb pdb.run webbrowser.open socket.create_connection
      urllib.request.urlopen requests.get operator.attrgetter operator.methodcaller
      functools.partial functools.reduce types.FunctionType types.CodeType types.MethodType
      marshal.loads pickle.loads _pickle.loads dill.loads joblib.load shutil.rmtree ctypes.CDLL
      sys.modules sys.exit copyreg._reconstructor copy_reg._reconstructor codecs.decode
      numpy.load numpy.testing._private.utils.runstring numpy.f2py.crackfortran.myeval
      torch.load torch.hub.load torch.utils.cpp_extension.load torch.jit.load torch.ops.load_library
      torch._utils._import_dotted_name torch.storage._load_from_bytes torch.nn.Module
      torch._dynamo.guards.GuardBuilder.get torch.serialization.load lib2to3.pgen2.pgen.ParserGenerator
      collections.OrderedDict.__init__ argparse.Namespace.__class__ __main__.Payload
      java.lang.Runtime java.lang.ProcessBuilder javax.script.ScriptEngineManager
      """;

  static List<String> exploits() {
    return List.of(EXPLOITS.strip().split("\\s+"));
  }

  /** Each at the place of a value, of a tensor's argument, of a state, and of a reconstruction. */
  @ParameterizedTest
  @MethodSource("exploits")
  void refusesWhatCouldDoSomethingByName(String name) {
    String message = "needs " + name + ", which no state dictionary is made of";
    RawPickle value = weights().text("epoch").global(name).text("touch /tmp/owned");
    assertRefused(value.op(PickleOpcode.TUPLE1).op(PickleOpcode.REDUCE).end().file(), message);
    RawPickle argument = new RawPickle().begin().text("w").beginTensor();
    argument.storage("FloatStorage", "0", 12).call(name).tuple(SHAPE).tuple(STRIDES);
    assertRefused(argument.endTensor().end().file(), message);
    RawPickle state = weights().text("args").call("argparse.Namespace").begin().text("x");
    assertRefused(state.call(name).end().op(PickleOpcode.BUILD).end().file(), message);
    RawPickle fresh = weights().text("x").global(name).op(PickleOpcode.EMPTY_TUPLE);
    assertRefused(fresh.op(PickleOpcode.NEWOBJ).end().file(), message);
  }

  /** What training scripts save is noted, and nothing is made of it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "argparse.Namespace",
        "__builtin__.set",
        "builtins.object",
        "numpy.core.multiarray.scalar",
        "numpy._core.multiarray._reconstruct",
        "torch.device",
        "pathlib.PosixPath",
        "datetime.datetime"
      })
  void toleratesPlainDataBesideTheWeights(String name) {
    RawPickle pickle = new RawPickle().begin().text("state_dict").begin().text("w").tensor().end();
    pickle.text("args").global(name).op(PickleOpcode.EMPTY_TUPLE).op(PickleOpcode.NEWOBJ);
    pickle.begin().text("lr").whole(1).end().op(PickleOpcode.BUILD);
    pickle.op(PickleOpcode.MARK).whole(1).op(PickleOpcode.APPENDS);
    pickle.op(PickleOpcode.MARK).whole(1).whole(2).op(PickleOpcode.SETITEMS);
    TensorFile file = PyTorchFiles.read(pickle.end().file());
    assertEquals(Set.of("w"), file.tensors().keySet());
    assertEquals(Map.of("weights", "state_dict"), file.metadata());
    RawPickle entry = weights().text("v").call(name).end();
    assertRefused(entry.file(), "its entry v is a " + name + ", no tensor");
  }

  @Test
  void readsADictionaryOfPairs() {
    RawPickle pickle = new RawPickle().global(PickleNames.ORDERED_DICT).op(PickleOpcode.EMPTY_LIST);
    pickle.op(PickleOpcode.EMPTY_LIST).op(PickleOpcode.SHORT_BINSTRING, 1, 'w');
    pickle.op(PickleOpcode.APPEND).tensor().op(PickleOpcode.APPEND).op(PickleOpcode.APPEND);
    pickle.text("v").tensor().op(PickleOpcode.TUPLE2).op(PickleOpcode.APPEND);
    pickle.op(PickleOpcode.TUPLE1).op(PickleOpcode.REDUCE);
    assertEquals(Set.of("w", "v"), PyTorchFiles.read(pickle.file()).tensors().keySet());
  }

  @Test
  void readsNumbersOfAllSizes() {
    RawPickle pickle = new RawPickle().begin().text("model").begin().text("w").tensor().end();
    pickle.text("a").op(PickleOpcode.LONG1, 2, 0xfe, 0xff);
    pickle.text("b").op(PickleOpcode.LONG1, 0);
    pickle.text("c").op(PickleOpcode.LONG1, 8, 1, 0, 0, 0, 0, 0, 0, 0x80);
    pickle.text("d").op(PickleOpcode.LONG1, 9, 0, 0, 0, 0, 0, 0, 0, 0, 1);
    pickle.text("e").op(PickleOpcode.BININT2, 1, 2).text("f").op(PickleOpcode.NEWTRUE);
    pickle.text("g").op(PickleOpcode.BINFLOAT, 0x40, 0x04, 0, 0, 0, 0, 0, 0);
    pickle.text("h").op(PickleOpcode.NONE).text("config").text("{}");
    assertEquals(
        Map.of(
            "a", "-2",
            "b", "0",
            "c", Long.toString(Long.MIN_VALUE + 1),
            "e", "513",
            "f", "true",
            "g", "2.5",
            "weights", "model"),
        PyTorchFiles.read(pickle.end().file()).metadata());
  }

  @Test
  void rebuildsParametersAndSizes() {
    RawPickle pickle = new RawPickle().begin().text("w").global(PickleNames.PARAMETER);
    pickle.op(PickleOpcode.MARK).global(PickleNames.TENSOR).op(PickleOpcode.MARK);
    pickle.storage("FloatStorage", "0", 12).whole(0).global(PickleNames.SIZE).tuple(SHAPE);
    pickle.op(PickleOpcode.TUPLE1).op(PickleOpcode.REDUCE).tuple(STRIDES);
    pickle.op(PickleOpcode.TUPLE).op(PickleOpcode.REDUCE).op(PickleOpcode.NEWTRUE);
    pickle.call(PickleNames.ORDERED_DICT).op(PickleOpcode.TUPLE).op(PickleOpcode.REDUCE);
    Tensor tensor = PyTorchFiles.read(pickle.end().file()).tensors().get("w");
    assertArrayEquals(SHAPE, tensor.shape());
    assertEquals(48, tensor.data().byteSize());
  }

  static List<Arguments> wrongTensors() {
    return List.of(
        tensor("goes past its storage 0", 1, SHAPE, STRIDES),
        tensor("goes past its storage 0", 0, SHAPE, new int[] {5, 1}),
        tensor("goes past its storage 0", 0, new int[] {3, 5}, STRIDES),
        tensor("goes past its storage 0", 13, new int[] {0}, new int[] {1}),
        tensor("larger than any file", 0, full(3, Integer.MAX_VALUE), new int[3]),
        tensor("with 2 dimensions and 1 strides", 0, SHAPE, new int[1]),
        tensor("with 17 dimensions", 0, full(17, 1), full(17, 1)),
        tensor("negative size, stride or offset", -1, SHAPE, STRIDES),
        tensor("negative size, stride or offset", 0, new int[] {-3, 4}, STRIDES),
        tensor("negative size, stride or offset", 11, SHAPE, new int[] {-4, -1}),
        tensor("would take more memory", 0, full(2, 1 << 14), new int[2]));
  }

  private static Arguments tensor(String message, int offset, int[] shape, int[] strides) {
    return Arguments.of(message, new RawPickle().begin().text("w").tensor(offset, shape, strides));
  }

  private static int[] full(int length, int value) {
    int[] array = new int[length];
    Arrays.fill(array, value);
    return array;
  }

  @ParameterizedTest
  @MethodSource("wrongTensors")
  void refusesATensorThatIsNone(String message, RawPickle pickle) {
    assertRefused(pickle.end().file(), message);
  }

  static List<Arguments> wrongPickles() {
    PickleOpcode reduce = PickleOpcode.REDUCE;
    PickleOpcode tuple = PickleOpcode.TUPLE;
    return List.of(
        wrong("there is no operation 0xff", weights(), 0xff),
        wrong("calls something that is not a constructor's name", weights().tuple(), 'R'),
        wrong("without a tuple", weights().global("torch.Size").whole(1).op(reduce)),
        wrong("torch.Size of something other", weights().call("torch.Size")),
        wrong("builds a torch.FloatStorage by itself", weights().call("torch.FloatStorage")),
        wrong("builds a tensor of 0 arguments", weights().call(PickleNames.TENSOR_V2)),
        wrong("depends on a Constant", weights().call(PickleNames.PARAMETER)),
        wrong(
            "(torch._utils._rebuild_tensor_v2) that depends on numpy.core.multiarray.scalar",
            begunTensor().call("numpy.core.multiarray.scalar").tuple(SHAPE).tuple(STRIDES),
            tuple,
            reduce),
        wrong("depends on a Str", begunTensor().text("0").tuple().tuple(), tuple, reduce),
        wrong("depends on a Whole", begunTensor().whole(0).whole(1).whole(1), tuple, reduce),
        wrong(
            "depends on torch.float32",
            begunTensor().whole(0).global("torch.float32").tuple(),
            tuple,
            reduce),
        wrong(
            "depends on a Whole",
            weights().beginTensor().whole(0).whole(0).tuple().tuple(),
            tuple,
            reduce),
        wrong(
            "a tensor with metadata",
            begunTensor().whole(0).tuple(SHAPE).tuple(STRIDES).whole(0).whole(0).whole(0),
            tuple,
            reduce),
        wrong("refers to something that is no storage", weights().text("0"), 'Q'),
        wrong("refers to something that is no storage", weights().tuple(1, 2, 3, 4, 5), 'Q'),
        wrong("is no storage", weights().storage("FloatStorage", "0", -1)),
        wrong("is no storage", weights().storage("float32", "0", 12)),
        wrong("dictionary of something other", orderedDict().whole(1), 0x85, 'R'),
        wrong(
            "dictionary of something other",
            orderedDict().op(PickleOpcode.EMPTY_LIST).whole(1).op(PickleOpcode.APPEND),
            0x85,
            'R'),
        wrong("a state is set on what has none", weights().whole(1).whole(2), 'b'),
        wrong("appended to what is no list", weights().whole(1).whole(2), 'a'),
        wrong("set on what is no dictionary", weights().whole(1).whole(2).whole(3), 's'),
        wrong("a dictionary's key has no value", weights().whole(1), 'u'),
        wrong("nothing was remembered under 7", weights(), 'h', 7),
        wrong("its stack is empty", new RawPickle(), 'R'),
        wrong("its stack is empty", new RawPickle().whole(1).op(PickleOpcode.MARK), 'q', 0),
        wrong("there is no mark", new RawPickle().whole(1), 't'),
        wrong("stops with something left over", new RawPickle()),
        wrong("stops with something left over", new RawPickle().whole(1).whole(2)),
        wrong("stops with something left over", new RawPickle().whole(1), '(', '.'),
        wrong("stops with something left over", new RawPickle().whole(1), '.'),
        wrong("it ends too early", weights(), 'X', 255, 255, 255, 255),
        wrong("it ends too early", weights(), 'T', 255, 255, 255, 255),
        wrong("it ends too early", weights(), 'c'),
        wrong("is not UTF-8", weights(), 'X', 1, 0, 0, 0, 0xff),
        wrong("a name is longer than 256 bytes", weights().global("a".repeat(300) + ".b")),
        wrong("holds no dictionary", new RawPickle().op(PickleOpcode.EMPTY_LIST)),
        wrong("neither itself nor under one of", new RawPickle().op(PickleOpcode.EMPTY_DICT)),
        wrong("it has two tensors w", weights().text("w").tensor().end()),
        wrong("tensor v lies in a torch.BoolStorage", otherStorage("BoolStorage", "1").end()),
        wrong("sees its storage 0 as another type", otherStorage("LongStorage", "0").end()),
        wrong(
            "the storage x/data/9 of tensor v is missing", otherStorage("LongStorage", "9").end()),
        wrong("storage x/data/../0 of tensor v is", otherStorage("IntStorage", "../0").end()));
  }

  private static RawPickle begunTensor() {
    return weights().beginTensor().storage("FloatStorage", "0", 12);
  }

  private static RawPickle orderedDict() {
    return weights().global(PickleNames.ORDERED_DICT);
  }

  private static RawPickle otherStorage(String type, String key) {
    RawPickle pickle = weights().text("v").beginTensor().storage(type, key, 12).whole(0);
    return pickle.tuple(SHAPE).tuple(STRIDES).endTensor();
  }

  private static Arguments wrong(String message, RawPickle pickle, PickleOpcode... opcodes) {
    for (PickleOpcode opcode : opcodes) {
      pickle.op(opcode);
    }
    return Arguments.of(message, pickle.stop());
  }

  private static Arguments wrong(String message, RawPickle pickle, int first, int... rest) {
    byte[] start = pickle.bytes();
    byte[] bytes = Arrays.copyOf(start, start.length + rest.length + 2);
    bytes[start.length] = (byte) first;
    for (int i = 0; i < rest.length; i++) {
      bytes[start.length + 1 + i] = (byte) rest[i];
    }
    bytes[bytes.length - 1] = '.';
    return Arguments.of(message, bytes);
  }

  @ParameterizedTest
  @MethodSource("wrongPickles")
  void refusesADamagedPickle(String message, byte[] pickle) {
    assertRefused(RawZip.of(pickle, new byte[48]).build(), message);
  }

  @Test
  void refusesAPickleThatIsCutAnywhere() {
    byte[] whole = weights().end().stop();
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertRefused(RawZip.of(cut, new byte[48]).build(), "of its pickle");
    }
    assertRefused(RawZip.of(new byte[] {'}', '.'}).build(), "does not begin with its protocol");
    assertTrue(whole.length > 100);
  }
}
