package fastvit4j.emulator;

import java.util.List;
import java.util.Optional;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/** A task of a graph: a kernel and its arguments. */
final class KernelTask {
  private final String name;
  private final Object kernel;
  private final KernelCall call;
  private final Object[] arguments;
  private final Optional<KernelMethod> method;

  /** A task with its full name, {@code graph.task}. */
  KernelTask(String name, Object kernel, KernelCall call, Object[] arguments) {
    this.name = name;
    this.kernel = kernel;
    this.call = call;
    this.arguments = arguments.clone();
    for (int i = 0; i < arguments.length; i++) {
      checkArgument(i);
    }
    try {
      method = KernelMethod.find(kernel, call, arguments);
    } catch (IllegalArgumentException e) {
      throw unsupported(e.getMessage());
    }
    if (context() >= 0 && !loopVariables().isEmpty()) {
      throw unsupported("has both a KernelContext and @Parallel loops");
    }
    if (loopVariables().size() > 3) {
      throw unsupported("has more than three @Parallel loops");
    }
  }

  private void checkArgument(int index) {
    Object argument = arguments[index];
    if (!(argument instanceof TornadoNativeArray)
        && !(argument instanceof KernelContext)
        && !(argument instanceof Number)) {
      String what = argument == null ? "null" : "a " + argument.getClass().getName();
      throw unsupported(
          "has "
              + what
              + " as argument "
              + index
              + ": kernels take TornadoVM's arrays, numbers and a KernelContext");
    }
  }

  private KernelFault unsupported(String text) {
    return new KernelFault(KernelFault.Kind.UNSUPPORTED, name, "task " + name + " " + text);
  }

  /** Full name, {@code graph.task}. */
  String name() {
    return name;
  }

  /** Class and method of the kernel. */
  String kernelName() {
    return method.map(KernelMethod::name).orElseGet(() -> kernel.getClass().getName());
  }

  Object[] arguments() {
    return arguments.clone();
  }

  /** Name of a parameter in the kernel's source. */
  String parameter(int index) {
    return method.map(m -> m.parameters().get(index)).orElse("argument" + index);
  }

  /** Whether work-items reduce their values into the argument together. */
  boolean isReduction(int index) {
    return method.map(m -> m.reductions().contains(index)).orElse(false);
  }

  /** Index of the argument that is a context, or -1. */
  int context() {
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i] instanceof KernelContext) {
        return i;
      }
    }
    return -1;
  }

  List<String> loopVariables() {
    return method.map(KernelMethod::loops).orElse(List.of());
  }

  /**
   * Whether work-items of a group, or of a warp, may have to wait for each other; assumed of a
   * kernel that could not be looked into.
   */
  boolean hasBarriers() {
    return method.map(KernelMethod::barriers).orElse(true);
  }

  /** Whether the size of its group matters to a work-item. */
  boolean usesGroups() {
    return method.map(KernelMethod::groups).orElse(false);
  }

  /** Whether arrays of the kernel's own and its loops are checked too. */
  boolean isInstrumented() {
    return method.isPresent();
  }

  /** Runs the kernel once. */
  void run(Object[] actual) {
    if (method.isEmpty()) {
      call.run(actual);
      return;
    }
    try {
      method.get().handle().invokeExact(actual);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new LinkageError("a kernel throws no checked exceptions", e);
    }
  }
}
