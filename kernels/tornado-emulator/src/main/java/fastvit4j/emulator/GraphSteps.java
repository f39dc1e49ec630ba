package fastvit4j.emulator;

import java.util.ArrayList;
import java.util.List;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoTaskRuntimeException;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * The steps of a task graph.
 *
 * <p>TornadoVM moves transfers to where they are needed; here they must be there already: to the
 * device before the tasks that use the array, to the host behind them.
 */
public final class GraphSteps {
  private final String name;
  private final List<Step> steps;
  private boolean sealed;

  /** No steps yet. */
  public GraphSteps(String name) {
    this(name, new ArrayList<>());
  }

  private GraphSteps(String name, List<Step> steps) {
    this.name = name;
    this.steps = steps;
  }

  /** The graph's name. */
  public String name() {
    return name;
  }

  /** A copy that does not change; after it, neither may this. */
  public GraphSteps snapshot() {
    sealed = true;
    return new GraphSteps(name, List.copyOf(steps));
  }

  /** TornadoVM's snapshots share what their graph has. */
  private void add(Step step) {
    if (sealed) {
      throw new KernelFault(
          KernelFault.Kind.UNSUPPORTED, name, "graph " + name + " is changed after its snapshot");
    }
    steps.add(step);
  }

  List<Step> steps() {
    return steps;
  }

  /** The graph's tasks in order. */
  List<KernelTask> tasks() {
    return steps.stream()
        .filter(Step.Run.class::isInstance)
        .map(s -> ((Step.Run) s).task())
        .toList();
  }

  /** Adds a task; its full name is {@code graph.id}. */
  public void task(String id, Object kernel, KernelCall call, Object[] arguments) {
    String fullName = name + "." + id;
    if (tasks().stream().anyMatch(t -> t.name().equals(fullName))) {
      throw new TornadoTaskRuntimeException("graph " + name + " already has a task " + id);
    }
    KernelTask task = new KernelTask(fullName, kernel, call, arguments);
    for (Step step : steps) {
      if (step instanceof Step.TransferToHost transfer && uses(task, transfer.array())) {
        throw fault(
            transfer.array(), "is transferred to the host before task " + fullName + " uses it");
      }
    }
    add(new Step.Run(task));
  }

  /** Adds transfers to the device. */
  public void transferToDevice(int mode, Object... arrays) {
    if (mode != DataTransferMode.FIRST_EXECUTION && mode != DataTransferMode.EVERY_EXECUTION) {
      throw new KernelFault(
          KernelFault.Kind.UNSUPPORTED, name, "graph " + name + ": no such transfer mode: " + mode);
    }
    for (Object object : arrays) {
      TornadoNativeArray array = array(object);
      checkArrival(array);
      add(new Step.TransferToDevice(mode, array));
    }
  }

  /** Adds arrays to be taken over; the graph that they are of may be null. */
  public void consumeFromDevice(String graph, Object... arrays) {
    for (Object object : arrays) {
      TornadoNativeArray array = array(object);
      checkArrival(array);
      add(new Step.Consume(graph, array));
    }
  }

  /** Adds transfers to the host. */
  public void transferToHost(int mode, Object... arrays) {
    if (mode != DataTransferMode.EVERY_EXECUTION && mode != DataTransferMode.UNDER_DEMAND) {
      throw new KernelFault(
          KernelFault.Kind.UNSUPPORTED, name, "graph " + name + ": no such transfer mode: " + mode);
    }
    for (Object object : arrays) {
      add(new Step.TransferToHost(mode, array(object)));
    }
  }

  /** Adds arrays that stay on the device. */
  public void persistOnDevice(Object... arrays) {
    for (Object object : arrays) {
      add(new Step.Persist(array(object)));
    }
  }

  private TornadoNativeArray array(Object object) {
    if (object instanceof TornadoNativeArray array) {
      return array;
    }
    String what = object == null ? "null" : "a " + object.getClass().getName();
    throw new KernelFault(
        KernelFault.Kind.UNSUPPORTED,
        name,
        "graph " + name + " transfers " + what + ", which is not an array of TornadoVM's");
  }

  /** An array comes to the device once, and before it is used. */
  private void checkArrival(TornadoNativeArray array) {
    for (Step step : steps) {
      switch (step) {
        case Step.Run run when uses(run.task(), array) ->
            throw fault(array, "comes to the device after task " + run.task().name() + " uses it");
        case Step.TransferToDevice transfer when transfer.array() == array ->
            throw fault(array, "comes to the device twice");
        case Step.Consume consume when consume.array() == array ->
            throw fault(array, "comes to the device twice");
        default -> {}
      }
    }
  }

  private static boolean uses(KernelTask task, TornadoNativeArray array) {
    for (Object argument : task.arguments()) {
      if (argument == array) {
        return true;
      }
    }
    return false;
  }

  private KernelFault fault(TornadoNativeArray array, String text) {
    return new KernelFault(
        KernelFault.Kind.TRANSFER,
        name,
        bufferName(array),
        -1,
        "graph " + name + ": " + describe(array) + " " + text);
  }

  /** What the first task that uses an array calls it; an empty string if none does. */
  String bufferName(TornadoNativeArray array) {
    for (KernelTask task : tasks()) {
      Object[] arguments = task.arguments();
      for (int i = 0; i < arguments.length; i++) {
        if (arguments[i] == array) {
          return task.parameter(i);
        }
      }
    }
    return "";
  }

  /** For messages: an array, by what the first task that uses it calls it. */
  String describe(TornadoNativeArray array) {
    for (KernelTask task : tasks()) {
      Object[] arguments = task.arguments();
      for (int i = 0; i < arguments.length; i++) {
        if (arguments[i] == array) {
          return task.parameter(i)
              + " (argument "
              + i
              + " of task "
              + task.name()
              + ", "
              + DeviceArray.describe(array)
              + ")";
        }
      }
    }
    return "an array that no task of it uses (" + DeviceArray.describe(array) + ")";
  }
}
