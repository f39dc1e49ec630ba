package fastvit4j.runtime.tornado;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.runtime.Precision;
import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** The numbers of the calls, by what the libraries' functions are defined to compute. */
class LibraryCallTest {
  private static final int[][] SHAPES = {
    {5, 3, 7}, {1, 1, 1}, {1, 9, 2}, {9, 1, 4}, {2, 17, 1}, {8, 8, 8}, {33, 12, 20}
  };

  /**
   * BLAS's general product as its definition has it: C = alpha · op(A) · op(B) + beta · C, of m × k
   * by k × n elements, each matrix in columns that are so many elements apart. An element of the
   * bias, where there is one, is added to each row. Where beta is 0, C is not read.
   */
  private static void blas(Object... call) {
    boolean transposedA = (int) call[0] == 1;
    boolean transposedB = (int) call[1] == 1;
    int m = (int) call[2];
    int n = (int) call[3];
    int k = (int) call[4];
    int lda = (int) call[7];
    int ldb = (int) call[9];
    float beta = (float) call[10];
    int ldc = (int) call[12];
    assertTrue(lda >= (transposedA ? k : m), "lda");
    assertTrue(ldb >= (transposedB ? n : k), "ldb");
    assertTrue(ldc >= m, "ldc");
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        float sum = 0;
        for (int l = 0; l < k; l++) {
          float a = Operands.get(call[6], transposedA ? l + i * lda : i + l * lda);
          float b = Operands.get(call[8], transposedB ? j + l * ldb : l + j * ldb);
          sum += a * b;
        }
        float c = (float) call[5] * sum + (call.length > 13 ? Operands.get(call[13], i) : 0);
        int place = i + j * ldc;
        Operands.set(call[11], place, beta == 0 ? c : c + beta * Operands.get(call[11], place));
      }
    }
  }

  /** CUTLASS's product as TornadoVM instantiates it: A m × k, B k × n and C m × n in rows. */
  private static void cutlass(Object... call) {
    int m = (int) call[0];
    int n = (int) call[1];
    int k = (int) call[2];
    boolean bias = call.length == 7;
    int first = bias ? 3 : 4;
    Object c = call[call.length - 1];
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        float sum = 0;
        for (int l = 0; l < k; l++) {
          sum += Operands.get(call[first], i * k + l) * Operands.get(call[first + 1], l * n + j);
        }
        float value =
            bias
                ? sum + Operands.get(call[5], j)
                : (float) call[3] * sum
                    + ((float) call[6] == 0 ? 0 : (float) call[6] * Operands.get(c, i * n + j));
        Operands.set(c, i * n + j, value);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatLiesInRowsIsMultipliedInRows(LibraryCall call) {
    for (int[] shape : SHAPES) {
      Operands operands = Operands.random(call, shape[0], shape[1], shape[2], 1);
      Object[] arguments = operands.arguments(call);
      if (call.library() == LibraryCall.Library.CUTLASS) {
        cutlass(arguments);
      } else {
        blas(arguments);
      }
      assertArrayEquals(operands.product(call.epilogue().hasBias()), operands.result());
    }
  }

  /** The definition above transposes as BLAS does: Aᵀ stored is A again, at another distance. */
  @Test
  void theDefinitionTransposes() {
    // A = (1 2 3; 4 5 6) and B = (1 0; 2 1; 0 3), each with one element of something else a column.
    FloatArray a = FloatArray.fromElements(1, 2, 3, -99, 4, 5, 6, -99);
    FloatArray b = FloatArray.fromElements(1, 0, -99, 2, 1, -99, 0, 3, -99);
    FloatArray c = FloatArray.fromElements(1, 1, -99, 1, 1, -99);
    blas(1, 1, 2, 2, 3, 2f, a, 4, b, 3, 1f, c, 3);
    assertArrayEquals(new float[] {11, 29, -99, 23, 47, -99}, c.toHeapArray());
  }

  /** What is passed is what the method takes, boxes and arrays alike. */
  @ParameterizedTest
  @EnumSource
  void theArgumentsAreOfTheMethodsType(LibraryCall call) throws Throwable {
    Object[] arguments = Operands.random(call, 2, 4, 8, 1).arguments(call);
    assertEquals(call.type().parameterCount(), arguments.length);
    Object nothing = MethodHandles.empty(call.type()).invokeWithArguments(arguments);
    assertEquals(null, nothing);
  }

  @Test
  void eachPrecisionHasItsCalls() {
    assertEquals(
        List.of("cublasSgemm", "cublasSgemmTF32", "ltMatmulFP32", "cutlassSgemm"),
        LibraryCall.of(Precision.FLOAT32).stream().map(LibraryCall::function).toList());
    assertEquals(
        List.of(
            "cublasGemmExFP16",
            "ltMatmulFP16",
            "ltMatmulBiasFP16",
            "ltMatmulGeluBiasFP16",
            "cutlassHgemm",
            "cutlassGemmBiasGelu"),
        LibraryCall.of(Precision.FLOAT16).stream().map(LibraryCall::function).toList());
  }

  @Test
  void cutlassNeedsFoursOfHalves() {
    for (LibraryCall call : LibraryCall.values()) {
      assertEquals(Optional.empty(), call.unfit(4, 8), call.function());
      boolean fours =
          call == LibraryCall.CUTLASS_HGEMM || call == LibraryCall.CUTLASS_GEMM_BIAS_GELU;
      for (int[] odd : new int[][] {{6, 8}, {8, 6}, {3, 5}}) {
        Optional<String> reason =
            fours
                ? Optional.of(
                    "it needs multiples of 4 channels, and here "
                        + odd[0]
                        + " come in and "
                        + odd[1]
                        + " go out")
                : Optional.empty();
        assertEquals(reason, call.unfit(odd[0], odd[1]), call.function());
      }
    }
  }
}
