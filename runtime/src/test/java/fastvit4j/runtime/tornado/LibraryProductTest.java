package fastvit4j.runtime.tornado;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.operator.Linear;
import fastvit4j.model.tensor.Tensor;
import fastvit4j.runtime.DeviceException;
import fastvit4j.runtime.Precision;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.invoke.MethodHandles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

class LibraryProductTest {
  private static TornadoDevice device(String backend) {
    TornadoDevice emulator = (TornadoDevice) new EmulatorProvider().find().devices().getFirst();
    return emulator.with(
        new DeviceTraits(true, 1L << 32, 1L << 30, 1 << 15, 256, 1, backend, true, false));
  }

  /** BLAS's general product, element by element as its definition has it: columns, distances. */
  private static void gemm(LibraryProduct.Gemm call, float[] a, float[] b, float[] c) {
    assertEquals(0, call.operationA());
    assertEquals(0, call.operationB());
    for (int i = 0; i < call.m(); i++) {
      for (int j = 0; j < call.n(); j++) {
        float sum = 0;
        for (int l = 0; l < call.k(); l++) {
          sum += a[i + l * call.lda()] * b[l + j * call.ldb()];
        }
        c[i + j * call.ldc()] = sum;
      }
    }
  }

  @Test
  void whatLiesInRowsIsMultipliedInRows() {
    int rows = 5;
    int in = 3;
    int out = 7;
    Random random = new Random(1);
    float[] x = new float[rows * in];
    float[] w = new float[in * out];
    for (float[] values : List.of(x, w)) {
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextInt(-9, 10);
      }
    }
    float[] expected = new float[rows * out];
    for (int r = 0; r < rows; r++) {
      for (int o = 0; o < out; o++) {
        for (int i = 0; i < in; i++) {
          expected[r * out + o] += x[r * in + i] * w[i * out + o];
        }
      }
    }
    float[] y = new float[rows * out];
    gemm(LibraryProduct.Gemm.inRows(rows, in, out), w, x, y);
    assertArrayEquals(expected, y);
  }

  @Test
  void saysWhyThereIsNone() {
    assertEquals(
        Optional.of("library calls are for TornadoVM's CUDA back end, and emulator is not of it"),
        LibraryProduct.missing(device("OPENCL")));
    assertEquals(
        Optional.of("library calls are for TornadoVM's CUDA back end, and emulator is not of it"),
        LibraryProduct.missing(device("PTX")));
    assertEquals(
        Optional.of(
            "this JVM has no module tornado.cublas: an SDK with the CUDA back end brings it"),
        LibraryProduct.missing(device("CUDA")));
    assertEquals(
        Optional.of("the library is called in float32, not in float16"),
        LibraryProduct.missing(device("CUDA").storing(Precision.FLOAT16)));
  }

  @Test
  void whereTheModuleIsMissingItFailsInOneLine() {
    Linear linear = new Linear(Tensor.of("w", new float[6], 2, 3), null);
    DeviceException fault =
        assertThrows(
            DeviceException.class, () -> new LibraryProduct(device("CUDA"), linear, 4, 3, 2));
    assertTrue(fault.getMessage().startsWith("cublasSgemm failed: this JVM has no module"));
  }

  @Test
  void theEmulatorRefusesLibraries() {
    FloatArray array = new FloatArray(4);
    TornadoRuntimeException refused =
        assertThrows(
            TornadoRuntimeException.class,
            () ->
                LibraryProduct.add(
                    new TaskGraph("g"),
                    MethodHandles.empty(LibraryProduct.TYPE),
                    LibraryProduct.Gemm.inRows(2, 2, 2),
                    array,
                    array,
                    array));
    assertEquals(
        "task g.t0 calls a library of a device, but the emulator runs Java", refused.getMessage());
  }

  /** The module's own class file has the method that is looked for, wherever an SDK has it. */
  @Test
  void theSdksMethodHasTheTypeThatIsLookedFor() throws Exception {
    String home = System.getenv("TORNADOVM_HOME");
    Path sdk =
        home != null && !home.isBlank()
            ? Path.of(home)
            : Path.of(System.getProperty("user.home"), ".sdkman/candidates/tornadovm/current");
    Path jars = sdk.resolve("share/java/tornado");
    Assumptions.assumeTrue(Files.isDirectory(jars), "no TornadoVM SDK: " + jars + " is not there");
    Optional<Path> jar;
    try (Stream<Path> list = Files.list(jars)) {
      jar = list.filter(p -> p.getFileName().toString().startsWith("tornado-cublas-")).findFirst();
    }
    Assumptions.assumeTrue(jar.isPresent(), "the SDK has no tornado-cublas jar in " + jars);
    ClassModel owner;
    try (ZipFile zip = new ZipFile(jar.get().toFile())) {
      String entry = LibraryProduct.OWNER.replace('.', '/') + ".class";
      owner = ClassFile.of().parse(zip.getInputStream(zip.getEntry(entry)).readAllBytes());
    }
    assertTrue(
        owner.methods().stream()
            .anyMatch(
                method ->
                    method.methodName().equalsString(LibraryProduct.NAME)
                        && method
                            .methodType()
                            .equalsString(LibraryProduct.TYPE.toMethodDescriptorString())),
        "no " + LibraryProduct.NAME + LibraryProduct.TYPE.toMethodDescriptorString());
  }
}
