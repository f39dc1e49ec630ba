package fastvit4j.runtime.half;

import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;

/**
 * Kernels that read and write float16, made of the kernels for float32: the same byte code, in
 * which an element of some of the arrays is widened where it is read and rounded, to nearest and
 * ties to even, where it is written. What is between is float32 as it was: sums, local memory,
 * activations. So a kernel is written once, and any of its arrays may be stored as either. Where a
 * class has the overload that a call then needs, that one is called, and none is made.
 *
 * <p>Kernels with a {@code KernelContext} only: TornadoVM looks for {@code @Parallel} loops in the
 * class file that it finds on the class path, and these have none there.
 */
public final class HalfKernels {
  private static final String TASK = "uk.ac.manchester.tornado.api.common.TornadoFunctions$Task";

  private static final Map<Key, Object> REFERENCES = new ConcurrentHashMap<>();

  private HalfKernels() {}

  private record Key(Class<?> owner, String method, BitSet half) {}

  /** Which arguments are float16. */
  public static BitSet half(Object[] arguments) {
    BitSet half = new BitSet();
    IntStream.range(0, arguments.length)
        .filter(i -> arguments[i] instanceof HalfFloatArray)
        .forEach(half::set);
    return half;
  }

  /**
   * Adds a task of a kernel to a graph, as {@code graph.task(task, Owner::method, arguments…)}
   * would if the kernel had been written for these arguments.
   *
   * @param owner the class of the kernel
   * @param method its name, which no other method of the class has
   * @param arguments the arguments, some {@link HalfFloatArray}s in the place of {@code
   *     FloatArray}s
   * @throws UnsupportedOperationException if the kernel does more with such an array than read and
   *     write elements
   */
  public static void add(
      TaskGraph graph, String task, Class<?> owner, String method, Object[] arguments) {
    Object reference =
        REFERENCES.computeIfAbsent(new Key(owner, method, half(arguments)), HalfKernels::reference);
    Object[] all = new Object[arguments.length + 2];
    all[0] = task;
    all[1] = reference;
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    try {
      adder(arguments.length).invoke(graph, all);
    } catch (InvocationTargetException e) {
      switch (e.getCause()) {
        case RuntimeException fault -> throw fault;
        case Error fault -> throw fault;
        default -> throw new IllegalStateException(e.getCause());
      }
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("TaskGraph.task cannot be called", e);
    }
  }

  /** What a method reference to the kernel would be. */
  private static Object reference(Key key) {
    String none = key.owner.getSimpleName() + "." + key.method + " has no float16 form";
    try {
      HalfClasses classes = new HalfClasses(key.owner, key.method, key.half);
      MethodHandles.Lookup lookup = classes.lookup();
      MethodType type =
          MethodType.fromMethodDescriptorString(
              classes.entry().halfType().descriptorString(), classes);
      MethodHandle kernel = lookup.findStatic(lookup.lookupClass(), key.method, type);
      Class<?> task = Class.forName(TASK + type.parameterCount());
      return LambdaMetafactory.metafactory(
              lookup,
              "apply",
              MethodType.methodType(task),
              MethodType.genericMethodType(type.parameterCount()).changeReturnType(void.class),
              kernel,
              type.wrap().changeReturnType(void.class))
          .getTarget()
          .invoke();
    } catch (UnsupportedOperationException e) {
      throw new UnsupportedOperationException(none + ": " + e.getMessage(), e);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new LinkageError(none, e);
    }
  }

  private static Method adder(int parameters) throws ReflectiveOperationException {
    Class<?>[] types = new Class<?>[parameters + 2];
    Arrays.fill(types, Object.class);
    types[0] = String.class;
    types[1] = Class.forName(TASK + parameters);
    return TaskGraph.class.getMethod("task", types);
  }
}
