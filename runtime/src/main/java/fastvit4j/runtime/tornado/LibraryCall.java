package fastvit4j.runtime.tornado;

import fastvit4j.runtime.Device;
import fastvit4j.runtime.Precision;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import uk.ac.manchester.tornado.api.common.LibraryTaskDescriptor;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * The functions of NVIDIA's libraries that TornadoVM 5.2 can call and that compute what our matrix
 * products compute: y = x · w (+ bias, then GELU), x [rows, in], w [in, out], y [rows, out], all in
 * rows. Each is described by a static method of a module that only SDKs with the CUDA back end
 * bring; it is looked for when a call is made, and nothing is compiled against it.
 *
 * <p>All add up in float32. {@code cublasGemmExFP16FP32} is not among them: it writes float32,
 * twice the bytes of what our products write from float16.
 */
public enum LibraryCall {
  /** cuBLAS, all in float32. */
  CUBLAS_SGEMM("cublasSgemm", Library.CUBLAS, Precision.FLOAT32),

  /** cuBLAS, factors cut to TF32 where there are tensor cores for it: 10 bits behind the point. */
  CUBLAS_SGEMM_TF32("cublasSgemmTF32", Library.CUBLAS, Precision.FLOAT32),

  /** cuBLASLt, all in float32. */
  LT_MATMUL("ltMatmulFP32", Library.CUBLAS_LT, Precision.FLOAT32),

  /** CUTLASS, all in float32, without tensor cores. */
  CUTLASS_SGEMM("cutlassSgemm", Library.CUTLASS, Precision.FLOAT32),

  /** cuBLAS, float16 in and out. */
  CUBLAS_GEMM_HALF("cublasGemmExFP16", Library.CUBLAS, Precision.FLOAT16),

  /** cuBLASLt, float16 in and out. */
  LT_MATMUL_HALF("ltMatmulFP16", Library.CUBLAS_LT, Precision.FLOAT16),

  /** cuBLASLt, float16 in and out, with bias. */
  LT_MATMUL_BIAS_HALF(
      "ltMatmulBiasFP16", Library.CUBLAS_LT, Precision.FLOAT16, LibraryEpilogue.BIAS),

  /** cuBLASLt, float16 in and out, with bias, then GELU by tanh. */
  LT_MATMUL_GELU_BIAS_HALF(
      "ltMatmulGeluBiasFP16", Library.CUBLAS_LT, Precision.FLOAT16, LibraryEpilogue.BIAS_TANH_GELU),

  /** CUTLASS on tensor cores, float16 in and out. */
  CUTLASS_HGEMM("cutlassHgemm", Library.CUTLASS, Precision.FLOAT16),

  /** CUTLASS on tensor cores, float16 in and out, with bias, then GELU by erf. */
  CUTLASS_GEMM_BIAS_GELU(
      "cutlassGemmBiasGelu", Library.CUTLASS, Precision.FLOAT16, LibraryEpilogue.BIAS_GELU);

  /** An operand that is taken as it is, not transposed, in BLAS's numbers. */
  private static final int AS_IT_IS = 0;

  /** Elements of a row that CUTLASS's kernels of float16 load at a time. */
  private static final int CUTLASS_HALVES = 4;

  /** A class that describes calls. */
  enum Library {
    CUBLAS("tornado.cublas", "uk.ac.manchester.tornado.cublas.CuBlas"),
    CUBLAS_LT("tornado.cublas", "uk.ac.manchester.tornado.cublas.CuBlasLt"),
    CUTLASS("tornado.cutlass", "uk.ac.manchester.tornado.cutlass.Cutlass");

    private final String module;
    private final String owner;

    Library(String module, String owner) {
      this.module = module;
      this.owner = owner;
    }

    String module() {
      return module;
    }

    String owner() {
      return owner;
    }
  }

  private final String function;
  private final Library library;
  private final Precision precision;
  private final LibraryEpilogue epilogue;

  LibraryCall(String function, Library library, Precision precision) {
    this(function, library, precision, LibraryEpilogue.NONE);
  }

  LibraryCall(String function, Library library, Precision precision, LibraryEpilogue epilogue) {
    this.function = function;
    this.library = library;
    this.precision = precision;
    this.epilogue = epilogue;
  }

  /** The calls for what is stored so. */
  public static List<LibraryCall> of(Precision precision) {
    return Arrays.stream(values()).filter(call -> call.precision == precision).toList();
  }

  /** The method's name, for example {@code cublasSgemm}. */
  public String function() {
    return function;
  }

  /** How x, w, bias and y are stored. */
  public Precision precision() {
    return precision;
  }

  /** What is done to the sums. */
  public LibraryEpilogue epilogue() {
    return epilogue;
  }

  /** Whether the factors are cut to TF32 before they are multiplied. */
  public boolean isTf32() {
    return this == CUBLAS_SGEMM_TF32;
  }

  Library library() {
    return library;
  }

  /** Why a device cannot make this call, in one line; empty if it can. */
  public Optional<String> missing(Device device) {
    if (!(device instanceof TornadoDevice tornado) || !tornado.traits().backend().equals("CUDA")) {
      return Optional.of(
          "library calls are for TornadoVM's CUDA back end, and "
              + device.name()
              + " is not of it");
    }
    if (device.precision() != precision) {
      return Optional.of(function + " is for " + precision + ", not for " + device.precision());
    }
    try {
      method();
      return Optional.empty();
    } catch (ReflectiveOperationException e) {
      return Optional.of(e.getMessage());
    }
  }

  /** Why a product of so many channels cannot be computed, in one line; empty if it can. */
  public Optional<String> unfit(int in, int out) {
    return library == Library.CUTLASS
            && precision == Precision.FLOAT16
            && (in % CUTLASS_HALVES != 0 || out % CUTLASS_HALVES != 0)
        ? Optional.of(
            "it needs multiples of "
                + CUTLASS_HALVES
                + " channels, and here "
                + in
                + " come in and "
                + out
                + " go out")
        : Optional.empty();
  }

  /**
   * The method that describes the call.
   *
   * @throws ReflectiveOperationException if this JVM has none, with a message of one line
   */
  MethodHandle method() throws ReflectiveOperationException {
    Module module =
        ModuleLayer.boot()
            .findModule(library.module)
            .orElseThrow(
                () ->
                    new ClassNotFoundException(
                        "this JVM has no module "
                            + library.module
                            + ": an SDK with the CUDA back end brings it"));
    Class<?> owner = Class.forName(module, library.owner);
    if (owner == null) {
      throw new ClassNotFoundException(
          "the SDK's module " + library.module + " has no class " + library.owner);
    }
    try {
      return MethodHandles.publicLookup().findStatic(owner, function, type());
    } catch (NoSuchMethodException e) {
      throw new NoSuchMethodException(
          "the SDK's " + library.owner + " has no " + function + type());
    }
  }

  /**
   * The method's type. Of cuBLAS: operations on A and B, m, n, k, alpha, A, lda, B, ldb, beta, C,
   * ldc, and then the bias. Of CUTLASS: m, n, k, alpha, A, B, beta, C, or m, n, k, A, B, bias, C.
   */
  MethodType type() {
    Class<?> array = precision == Precision.FLOAT32 ? FloatArray.class : HalfFloatArray.class;
    List<Class<?>> types = new ArrayList<>();
    if (library == Library.CUTLASS) {
      types.addAll(Collections.nCopies(3, int.class));
      types.addAll(
          epilogue.hasBias()
              ? List.of(array, array, array, array)
              : List.of(float.class, array, array, float.class, array));
    } else {
      types.addAll(Collections.nCopies(5, int.class));
      types.addAll(
          List.of(float.class, array, int.class, array, int.class, float.class, array, int.class));
      if (epilogue.hasBias()) {
        types.add(array);
      }
    }
    return MethodType.methodType(LibraryTaskDescriptor.class, types);
  }

  /**
   * The method's arguments. To cuBLAS, which goes by columns, what lies in rows is the transposed
   * matrix, and yᵀ = wᵀ · xᵀ: so A is w and B is x, both as they are, and the bias, of which it
   * adds one element to each row of C, is that of the outputs. CUTLASS is instantiated for rows.
   *
   * @param bias only looked at where the call adds one
   */
  Object[] arguments(
      int rows,
      int in,
      int out,
      TornadoNativeArray x,
      TornadoNativeArray w,
      TornadoNativeArray bias,
      TornadoNativeArray y) {
    List<Object> values = new ArrayList<>();
    if (library == Library.CUTLASS) {
      values.addAll(List.of(rows, out, in));
      values.addAll(epilogue.hasBias() ? List.of(x, w, bias, y) : List.of(1.0f, x, w, 0.0f, y));
    } else {
      values.addAll(List.of(AS_IT_IS, AS_IT_IS, out, rows, in));
      values.addAll(List.of(1.0f, w, out, x, in, 0.0f, y, out));
      if (epilogue.hasBias()) {
        values.add(bias);
      }
    }
    return values.toArray();
  }
}
