package fastvit4j.emulator;

import java.lang.classfile.Attributes;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.AccessFlag;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import uk.ac.manchester.tornado.api.annotations.Reduce;

/**
 * The method that a task's method reference refers to.
 *
 * @param name class and method, for example {@code Conv.depthwise}
 * @param parameters names of its parameters
 * @param loops variables of its {@code @Parallel} loops, outer loops first
 * @param barriers whether it may reach a barrier
 * @param groups whether the size of a work-group matters to it
 * @param reductions indices of the parameters that are annotated with {@code @Reduce}
 * @param handle calls the instrumented copy with an array of arguments
 */
record KernelMethod(
    String name,
    List<String> parameters,
    List<String> loops,
    boolean barriers,
    boolean groups,
    Set<Integer> reductions,
    MethodHandle handle) {
  private static final String REDUCE = Reduce.class.descriptorString();
  private static final boolean INSTRUMENT =
      !System.getProperty("fastvit4j.emulator.instrument", "true").equals("false");
  private static final Map<Class<?>, KernelMethod> KNOWN = new WeakHashMap<>();
  private static final Map<Class<?>, KernelClasses> LOADERS = new WeakHashMap<>();

  /**
   * Finds the method by entering it: the reference is called with null in place of every array and
   * context, and the exception that this raises tells where. A method reference does not say by
   * itself what it refers to.
   *
   * @return the method, or empty if it did not get so far, for example because its loops are empty
   * @throws IllegalArgumentException if it is not one that TornadoVM compiles
   */
  static Optional<KernelMethod> find(Object kernel, KernelCall call, Object[] arguments) {
    if (!INSTRUMENT) {
      return Optional.empty();
    }
    synchronized (KNOWN) {
      KernelMethod known = KNOWN.get(kernel.getClass());
      if (known != null) {
        return Optional.of(known);
      }
      Object[] probe = new Object[arguments.length];
      for (int i = 0; i < arguments.length; i++) {
        probe[i] = arguments[i] instanceof Number ? arguments[i] : null;
      }
      try {
        call.run(probe);
        return Optional.empty();
      } catch (RuntimeException e) {
        Optional<KernelMethod> found = entered(kernel, e, arguments.length);
        found.ifPresent(method -> KNOWN.put(kernel.getClass(), method));
        return found;
      }
    }
  }

  private static Optional<KernelMethod> entered(Object kernel, RuntimeException e, int arity) {
    StackTraceElement entry = null;
    for (StackTraceElement frame : e.getStackTrace()) {
      if (frame.getClassName().equals(KernelMethod.class.getName())
          || frame.getClassName().equals("uk.ac.manchester.tornado.api.KernelCalls")) {
        break;
      }
      entry = frame;
    }
    if (entry == null) {
      return Optional.empty();
    }
    try {
      ClassLoader loader = kernel.getClass().getClassLoader();
      return method(Class.forName(entry.getClassName(), false, loader), entry, arity);
    } catch (ClassNotFoundException notTheReferences) {
      return Optional.empty();
    } catch (ReflectiveOperationException missing) {
      throw new LinkageError(entry + " cannot be found again", missing);
    }
  }

  private static Optional<KernelMethod> method(Class<?> owner, StackTraceElement entry, int arity)
      throws ReflectiveOperationException {
    KernelClasses classes = LOADERS.computeIfAbsent(owner, KernelClasses::new);
    Optional<ClassModel> model = classes.model(owner.getName());
    if (model.isEmpty()) {
      return Optional.empty();
    }
    List<MethodModel> candidates =
        KernelScan.methodsAt(model.get(), entry.getMethodName(), entry.getLineNumber());
    if (candidates.size() != 1) {
      return Optional.empty();
    }
    MethodModel method = candidates.getFirst();
    MethodTypeDesc type = method.methodTypeSymbol();
    String name = owner.getSimpleName() + "." + entry.getMethodName();
    if (!method.flags().has(AccessFlag.STATIC) || type.parameterCount() != arity) {
      throw new IllegalArgumentException(
          "refers to " + name + ", which is not static or takes more than the task's arguments");
    }
    if (KernelNames.isTaken(entry.getMethodName())) {
      throw new IllegalArgumentException(
          "refers to " + name + ", whose name means something else where kernels are compiled");
    }
    Class<?> copy = Class.forName(owner.getName(), true, classes);
    MethodHandle handle =
        MethodHandles.privateLookupIn(copy, MethodHandles.lookup())
            .findStatic(
                copy,
                entry.getMethodName(),
                MethodType.fromMethodDescriptorString(type.descriptorString(), classes));
    KernelScan scan = new KernelScan(classes, method);
    return Optional.of(
        new KernelMethod(
            name,
            parameterNames(method, arity),
            KernelVariables.of(method).loopNames(),
            scan.barriers(),
            scan.groups(),
            reductions(method),
            handle
                .asSpreader(Object[].class, arity)
                .asType(MethodType.methodType(void.class, Object[].class))));
  }

  private static Set<Integer> reductions(MethodModel method) {
    return method
        .findAttribute(Attributes.runtimeVisibleParameterAnnotations())
        .map(a -> a.parameterAnnotations())
        .map(
            lists ->
                IntStream.range(0, lists.size())
                    .filter(
                        i ->
                            lists.get(i).stream()
                                .anyMatch(a -> a.classSymbol().descriptorString().equals(REDUCE)))
                    .boxed()
                    .collect(Collectors.toSet()))
        .orElse(Set.of());
  }

  private static List<String> parameterNames(MethodModel method, int arity) {
    return method
        .findAttribute(Attributes.methodParameters())
        .map(
            p ->
                p.parameters().stream()
                    .map(i -> i.name().map(n -> n.stringValue()).orElse("?"))
                    .toList())
        .orElseGet(() -> namesFromVariables(method, arity));
  }

  private static List<String> namesFromVariables(MethodModel method, int arity) {
    String[] names = new String[arity];
    method
        .findAttribute(Attributes.code())
        .flatMap(c -> c.findAttribute(Attributes.localVariableTable()))
        .ifPresent(
            table ->
                table.localVariables().stream()
                    .filter(v -> v.startPc() == 0)
                    .sorted((a, b) -> Integer.compare(a.slot(), b.slot()))
                    .limit(arity)
                    .map(v -> v.name().stringValue())
                    .toList()
                    .toArray(names));
    return IntStream.range(0, arity).mapToObj(i -> names[i] == null ? "#" + i : names[i]).toList();
  }
}
