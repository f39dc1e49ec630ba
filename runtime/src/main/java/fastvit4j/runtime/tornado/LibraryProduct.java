package fastvit4j.runtime.tornado;

import fastvit4j.model.operator.Operator;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.DeviceException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.common.LibraryTaskDescriptor;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.enums.ProfilerMode;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * A matrix product by a vendor's library, to compare kernels with: a graph of one library task of
 * TornadoVM's CUDA back end.
 */
public final class LibraryProduct implements AutoCloseable {
  private static final String GRAPH = "library";

  private final LibraryCall call;
  private final Arena arena = Arena.ofShared();
  private final TornadoNativeArray x;
  private final TornadoNativeArray y;
  private final TornadoExecutionPlan plan;

  /**
   * Makes it ready.
   *
   * @param operator a linear layer or a pointwise convolution, with a bias if the call adds one; if
   *     it does not, the operator's is left out
   * @param rows rows of x
   * @param in columns of x
   * @param out columns of y
   * @throws DeviceException if it cannot be run
   */
  public LibraryProduct(
      Device device, LibraryCall call, Operator operator, int rows, int in, int out) {
    this.call = call;
    TornadoDevice tornado = (TornadoDevice) device;
    try {
      MethodHandle method = call.method();
      x = HostArrays.zeros(arena, rows * in, call.precision());
      y = HostArrays.zeros(arena, rows * out, call.precision());
      TornadoNativeArray w = array(WeightLayouts.outputLast(ProductLowering.weight(operator)));
      TornadoNativeArray bias =
          call.epilogue().hasBias()
              ? array(WeightLayouts.vector(ProductLowering.bias(operator)))
              : null;
      TaskGraph graph =
          new TaskGraph(GRAPH)
              .transferToDevice(DataTransferMode.FIRST_EXECUTION, w)
              .transferToDevice(DataTransferMode.EVERY_EXECUTION, x);
      if (bias != null) {
        graph.transferToDevice(DataTransferMode.FIRST_EXECUTION, bias);
      }
      add(graph, method, call.arguments(rows, in, out, x, w, bias, y));
      graph.transferToHost(DataTransferMode.EVERY_EXECUTION, y);
      plan = new TornadoExecutionPlan(graph.snapshot());
      plan.withDevice(tornado.handle());
    } catch (ReflectiveOperationException | RuntimeException e) {
      arena.close();
      throw fault(e);
    }
  }

  private TornadoNativeArray array(float[] values) {
    TornadoNativeArray array = HostArrays.zeros(arena, values.length, call.precision());
    HostArrays.write(MemorySegment.ofArray(values), array);
    return array;
  }

  /**
   * Adds a call to a graph. What is added is the description that the method returns, so that one
   * way in serves calls of any number of arguments.
   */
  static void add(TaskGraph graph, MethodHandle method, Object[] arguments) {
    graph.libraryTask(
        GraphChain.taskName(0), (Object[] values) -> describe(method, values), arguments);
  }

  private static LibraryTaskDescriptor describe(MethodHandle method, Object[] arguments) {
    try {
      return (LibraryTaskDescriptor) method.invokeWithArguments(arguments);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Computes.
   *
   * @param data x in rows, float32
   * @return y in rows
   * @throws DeviceException if the device or the library fails
   */
  public float[] run(MemorySegment data) {
    HostArrays.write(data, x);
    Unwritten.mark(y);
    try {
      RuntimeThread.COMMON.alone(plan::execute);
    } catch (RuntimeException | Error e) {
      throw fault(e);
    }
    if (Unwritten.isMarked(y)) {
      throw new DeviceException(call.function() + " failed: the driver gave no result back", null);
    }
    float[] values = new float[y.getSize()];
    HostArrays.read(y, MemorySegment.ofArray(values));
    return values;
  }

  /**
   * Nanoseconds of the call alone, which TornadoVM 5.2 takes on the host, from the stream's end
   * before it to that after it: a launch and a wait are in it.
   *
   * @throws DeviceException if the device or the library fails
   */
  public long nanos() {
    try {
      return RuntimeThread.COMMON.alone(
          () -> {
            plan.withProfiler(ProfilerMode.SILENT);
            String log = plan.execute().getProfilerResult().getProfileLog();
            plan.clearProfiles();
            plan.withoutProfiler();
            return ProfileLog.kernelNanos(log).getOrDefault(GraphChain.taskName(0), 0L);
          });
    } catch (RuntimeException | Error e) {
      throw fault(e);
    }
  }

  private DeviceException fault(Throwable e) {
    if (DeviceFaults.isFatal(e)) {
      throw (Error) e;
    }
    return new DeviceException(call.function() + " failed: " + DeviceFaults.reason(e), e);
  }

  @Override
  public void close() {
    try {
      RuntimeThread.COMMON.alone(plan::freeDeviceMemory);
    } catch (RuntimeException e) {
      throw fault(e);
    } finally {
      arena.close();
    }
  }
}
