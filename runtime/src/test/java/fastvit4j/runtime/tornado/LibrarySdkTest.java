package fastvit4j.runtime.tornado;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.reflect.AccessFlag;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * What an SDK's own jars say of the methods that are looked for, wherever one is found. No device
 * is needed: an SDK without the CUDA back end has the jars too.
 */
class LibrarySdkTest {
  private static Path jars;

  @BeforeAll
  static void find() {
    String home = System.getenv("TORNADOVM_HOME");
    Path sdk =
        home != null && !home.isBlank()
            ? Path.of(home)
            : Path.of(System.getProperty("user.home"), ".sdkman/candidates/tornadovm/current");
    jars = sdk.resolve("share/java/tornado");
    Assumptions.assumeTrue(Files.isDirectory(jars), "no TornadoVM SDK: " + jars + " is not there");
  }

  private static Path jar(String prefix) throws Exception {
    List<Path> found;
    try (var list = Files.list(jars)) {
      found =
          list.filter(p -> p.getFileName().toString().matches(prefix + "-\\d.*\\.jar")).toList();
    }
    Assumptions.assumeFalse(found.isEmpty(), "the SDK has no " + prefix + " jar in " + jars);
    return found.getFirst();
  }

  private static Path jar(LibraryCall call) throws Exception {
    return jar(call.library().module().replace('.', '-'));
  }

  @ParameterizedTest
  @EnumSource
  void theModuleHasAPublicStaticMethodOfTheType(LibraryCall call) throws Exception {
    Path jar = jar(call);
    String owner = call.library().owner();
    ModuleDescriptor module =
        ModuleFinder.of(jar).find(call.library().module()).orElseThrow().descriptor();
    String exported = owner.substring(0, owner.lastIndexOf('.'));
    assertTrue(module.exports().stream().anyMatch(e -> e.source().equals(exported)), exported);
    ClassModel model;
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      String entry = owner.replace('.', '/') + ".class";
      model = ClassFile.of().parse(zip.getInputStream(zip.getEntry(entry)).readAllBytes());
    }
    String descriptor = call.type().toMethodDescriptorString();
    assertTrue(
        model.methods().stream()
            .anyMatch(
                method ->
                    method.methodName().equalsString(call.function())
                        && method.methodType().equalsString(descriptor)
                        && method
                            .flags()
                            .flags()
                            .containsAll(Set.of(AccessFlag.PUBLIC, AccessFlag.STATIC))),
        owner + " has no " + call.function() + descriptor);
  }

  /** Calls the SDK's method, with arrays of its own, and returns what it describes. */
  private static Object describe(ClassLoader loader, LibraryCall call, Object... arguments)
      throws Exception {
    List<Class<?>> types = new ArrayList<>();
    for (Class<?> type : call.type().parameterList()) {
      types.add(type.isPrimitive() ? type : loader.loadClass(type.getName()));
    }
    Method method =
        loader
            .loadClass(call.library().owner())
            .getMethod(call.function(), types.toArray(Class<?>[]::new));
    return method.invoke(null, arguments);
  }

  private static Object[] own(ClassLoader loader, Object... arguments) throws Exception {
    Object[] own = arguments.clone();
    for (int i = 0; i < own.length; i++) {
      if (own[i] instanceof TornadoNativeArray array) {
        own[i] =
            loader
                .loadClass(array.getClass().getName())
                .getConstructor(int.class)
                .newInstance(array.getSize());
      }
    }
    return own;
  }

  private static Object get(Object descriptor, String getter) throws Exception {
    return descriptor.getClass().getMethod(getter).invoke(descriptor);
  }

  /** What the SDK passes on are our arguments in our order, and the result alone is written. */
  @ParameterizedTest
  @EnumSource
  void theSdkDescribesTheCallThatIsMeant(LibraryCall call) throws Exception {
    URL[] path = {jar("tornado-api").toUri().toURL(), jar(call).toUri().toURL()};
    try (URLClassLoader sdk =
        new URLClassLoader("sdk", path, ClassLoader.getPlatformClassLoader())) {
      Operands operands = Operands.random(call, 3, 8, 4, 1);
      Object[] ours = operands.arguments(call);
      Object[] arguments = own(sdk, ours);
      Object descriptor = describe(sdk, call, arguments);
      // TF32 is cublasSgemm with a mode.
      String function = call.isTf32() ? "cublasSgemm" : call.function();
      assertEquals(function, get(descriptor, "getFunctionName"));
      Object tuning = get(descriptor, "getTuning");
      if (call.isTf32()) {
        assertEquals("CUBLAS_TF32_TENSOR_OP_MATH", get(tuning, "getMathMode").toString());
      } else {
        assertEquals(null, tuning);
      }
      assertArrayEquals(arguments, (Object[]) get(descriptor, "getParameters"));
      Object[] access = (Object[]) get(descriptor, "getAccess");
      for (int i = 0; i < ours.length; i++) {
        String expected = ours[i] == operands.y() ? "WRITE_ONLY" : "READ_ONLY";
        assertEquals(expected, access[i].toString(), "argument " + i);
      }
    }
  }

  /** The SDK refuses the numbers of channels that are refused here, and no others. */
  @ParameterizedTest
  @EnumSource
  void theSdkRefusesWhatDoesNotFit(LibraryCall call) throws Exception {
    URL[] path = {jar("tornado-api").toUri().toURL(), jar(call).toUri().toURL()};
    try (URLClassLoader sdk =
        new URLClassLoader("sdk", path, ClassLoader.getPlatformClassLoader())) {
      for (int in = 1; in <= 8; in++) {
        for (int out = 1; out <= 8; out++) {
          Operands operands = Operands.random(call, 3, in, out, 1);
          Object[] arguments = own(sdk, operands.arguments(call));
          if (call.unfit(in, out).isEmpty()) {
            describe(sdk, call, arguments);
          } else {
            InvocationTargetException refused =
                assertThrows(InvocationTargetException.class, () -> describe(sdk, call, arguments));
            assertInstanceOf(RuntimeException.class, refused.getCause());
          }
        }
      }
    }
  }
}
