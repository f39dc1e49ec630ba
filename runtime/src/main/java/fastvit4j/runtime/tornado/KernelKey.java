package fastvit4j.runtime.tornado;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * Names the code that is generated for a task by everything that it depends on: the kernel's byte
 * code and that of what it calls, the numbers among its arguments that are constants of the code,
 * the work-group's size, the device and its driver, and TornadoVM with its settings. What a task
 * reads and writes is no part of it.
 */
final class KernelKey {
  private static final String FORMAT = "1";

  /** How byte code for float16 is made of a kernel's: another number wherever that changes. */
  private static final String HALF_FORMAT = "half 1 ";

  /** Settings of TornadoVM that do not change the code. */
  private static final Set<String> UNRELATED =
      Set.of("tornado.print.kernel.dir", "tornado.device.memory", "tornado.tvm.maxbytecodesize");

  /** Where the driver has its record of the device, which differs from process to process. */
  private static final Pattern ADDRESS = Pattern.compile("0x[0-9a-fA-F]+");

  private static final Map<Class<?>, String> BYTE_CODE = new ConcurrentHashMap<>();

  private final String environment;

  /** Keys for a device. */
  KernelKey(TornadoDevice device) {
    environment =
        String.join(
            "\n",
            FORMAT,
            System.getProperty("java.vm.version"),
            tornado(),
            settings(),
            device.getTornadoVMBackend().name(),
            device.getPlatformName(),
            device.getPhysicalDevice().getDeviceName(),
            String.valueOf(device.getDeviceOpenCLCVersion()),
            ADDRESS.matcher(device.getPhysicalDevice().getDeviceInfo()).replaceAll(""),
            Arrays.toString(device.getPhysicalDevice().getDeviceMaxWorkGroupSize()),
            SourcePrelude.of(device),
            "header " + TornadoNativeArray.ARRAY_HEADER);
  }

  /** All that the code of any task depends on. */
  String environment() {
    return environment;
  }

  /** A digest of a kernel's byte code. */
  static String byteCodeOf(Kernel kernel) {
    return BYTE_CODE.computeIfAbsent(kernel.owner(), KernelKey::byteCode);
  }

  /** The key of a task's code. */
  String of(LoweredTask task) {
    StringBuilder text = new StringBuilder(environment);
    text.append('\n').append(task.kernel().owner().getName());
    text.append('.').append(task.kernel().method());
    text.append('\n').append(task.kernel().parameters());
    text.append('\n').append(byteCodeOf(task.kernel()));
    List<Integer> half = task.halfArguments();
    if (!half.isEmpty()) {
      text.append('\n').append(HALF_FORMAT).append(half);
    }
    for (Object number : task.constantNumbers()) {
      text.append('\n').append(number.getClass().getSimpleName()).append(' ').append(number);
    }
    text.append('\n').append(task.grid().local());
    text.append(' ').append(task.grid().global().size());
    return Sha256.of(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** The byte code of a class of kernels and of all in its package that it refers to. */
  private static String byteCode(Class<?> type) {
    String folder = type.getPackageName().replace('.', '/') + "/";
    TreeMap<String, String> digests = new TreeMap<>();
    Deque<String> open = new ArrayDeque<>(List.of(type.getName().replace('.', '/')));
    while (!open.isEmpty()) {
      String name = open.pop();
      if (!digests.containsKey(name)) {
        byte[] code = classFile(type, name);
        digests.put(name, Sha256.of(code));
        for (PoolEntry entry : ClassFile.of().parse(code).constantPool()) {
          if (entry instanceof ClassEntry other && other.asInternalName().startsWith(folder)) {
            open.push(other.asInternalName());
          }
        }
      }
    }
    return digests.toString();
  }

  private static byte[] classFile(Class<?> near, String name) {
    try (InputStream in = near.getResourceAsStream("/" + name + ".class")) {
      if (in == null) {
        throw new IOException("no class file of " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** TornadoVM's modules: where they are, how large, how old. */
  private static String tornado() {
    ModuleLayer layer = TornadoNativeArray.class.getModule().getLayer();
    if (layer == null) {
      return "no modules";
    }
    Map<String, String> modules = new TreeMap<>();
    layer
        .configuration()
        .modules()
        .forEach(
            m -> {
              if (m.name().startsWith("tornado.")) {
                m.reference()
                    .location()
                    .ifPresent(at -> modules.put(m.name(), at + " " + stamp(Path.of(at))));
              }
            });
    return modules.toString();
  }

  private static String stamp(Path file) {
    try {
      return Files.size(file) + " " + Files.getLastModifiedTime(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String settings() {
    Map<String, String> settings = new TreeMap<>();
    for (String name : System.getProperties().stringPropertyNames()) {
      if (name.startsWith("tornado.") && !UNRELATED.contains(name)) {
        settings.put(name, System.getProperty(name));
      }
    }
    return settings.toString();
  }
}
