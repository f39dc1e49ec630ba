package fastvit4j.runtime.tornado;

import fastvit4j.model.operator.Operator;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.DeviceException;
import fastvit4j.runtime.Precision;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Optional;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.common.LibraryTaskDescriptor;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.enums.ProfilerMode;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A matrix product by the vendor's library, to compare kernels with: cuBLAS, as a library task of
 * TornadoVM's CUDA back end. Nothing but this needs it, and it is looked for when it is used: what
 * makes the call is a method of a module that only some SDKs have.
 */
public final class LibraryProduct implements AutoCloseable {
  /** The library's function. */
  public static final String NAME = "cublasSgemm";

  static final String MODULE = "tornado.cublas";
  static final String OWNER = "uk.ac.manchester.tornado.cublas.CuBlas";

  /** Operations on A and B, m, n, k, alpha, A, lda, B, ldb, beta, C, ldc. */
  static final MethodType TYPE =
      MethodType.methodType(
          LibraryTaskDescriptor.class,
          int.class,
          int.class,
          int.class,
          int.class,
          int.class,
          float.class,
          FloatArray.class,
          int.class,
          FloatArray.class,
          int.class,
          float.class,
          FloatArray.class,
          int.class);

  private static final String GRAPH = "library";

  private final Arena arena = Arena.ofShared();
  private final FloatArray x;
  private final FloatArray y;
  private final TornadoExecutionPlan plan;

  /**
   * The numbers of a call: C = op(A) · op(B), of m × k by k × n elements, each in columns that are
   * so many elements apart.
   */
  record Gemm(int operationA, int operationB, int m, int n, int k, int lda, int ldb, int ldc) {
    private static final int AS_IT_IS = 0;

    /**
     * Of y = x · w in rows, x [rows, in], w [in, out]: what lies in rows is the transposed matrix
     * in columns, and yᵀ = wᵀ · xᵀ. So A is w and B is x, both as they are.
     */
    static Gemm inRows(int rows, int in, int out) {
      return new Gemm(AS_IT_IS, AS_IT_IS, out, rows, in, out, in, out);
    }
  }

  /** Why a device has no such product, in one line; empty if it has. */
  public static Optional<String> missing(Device device) {
    if (!(device instanceof TornadoDevice tornado) || !tornado.traits().backend().equals("CUDA")) {
      return Optional.of(
          "library calls are for TornadoVM's CUDA back end, and "
              + device.name()
              + " is not of it");
    }
    if (device.precision() != Precision.FLOAT32) {
      return Optional.of("the library is called in float32, not in " + device.precision());
    }
    try {
      factory();
      return Optional.empty();
    } catch (ReflectiveOperationException e) {
      return Optional.of(e.getMessage());
    }
  }

  /** The method that describes a call. */
  private static MethodHandle factory() throws ReflectiveOperationException {
    Module module =
        ModuleLayer.boot()
            .findModule(MODULE)
            .orElseThrow(
                () ->
                    new ClassNotFoundException(
                        "this JVM has no module "
                            + MODULE
                            + ": an SDK with the CUDA back end brings it"));
    Class<?> owner = Class.forName(module, OWNER);
    if (owner == null) {
      throw new ClassNotFoundException("the SDK's module " + MODULE + " has no class " + OWNER);
    }
    try {
      return MethodHandles.publicLookup().findStatic(owner, NAME, TYPE);
    } catch (NoSuchMethodException e) {
      throw new NoSuchMethodException("the SDK's " + OWNER + " has no " + NAME + TYPE);
    }
  }

  /**
   * Makes it ready, without the operator's bias.
   *
   * @param operator a linear layer or a pointwise convolution
   * @param rows rows of x
   * @param in columns of x
   * @param out columns of y
   * @throws DeviceException if it cannot be run
   */
  public LibraryProduct(Device device, Operator operator, int rows, int in, int out) {
    TornadoDevice tornado = (TornadoDevice) device;
    x = HostArrays.zeros(arena, rows * in);
    y = HostArrays.zeros(arena, rows * out);
    FloatArray w = HostArrays.of(arena, WeightLayouts.outputLast(ProductLowering.weight(operator)));
    try {
      MethodHandle factory = factory();
      TaskGraph graph =
          new TaskGraph(GRAPH)
              .transferToDevice(DataTransferMode.FIRST_EXECUTION, w)
              .transferToDevice(DataTransferMode.EVERY_EXECUTION, x);
      add(graph, factory, Gemm.inRows(rows, in, out), w, x, y);
      graph.transferToHost(DataTransferMode.EVERY_EXECUTION, y);
      plan = new TornadoExecutionPlan(graph.snapshot());
      plan.withDevice(tornado.handle());
    } catch (ReflectiveOperationException | RuntimeException e) {
      arena.close();
      throw fault(e);
    }
  }

  /** Adds the call to a graph. */
  static void add(
      TaskGraph graph, MethodHandle factory, Gemm gemm, FloatArray a, FloatArray b, FloatArray c) {
    graph.libraryTask(
        GraphChain.taskName(0),
        (Integer operationA,
            Integer operationB,
            Integer m,
            Integer n,
            Integer k,
            Float alpha,
            FloatArray first,
            Integer lda,
            FloatArray second,
            Integer ldb,
            Float beta,
            FloatArray result,
            Integer ldc) ->
            describe(
                factory,
                operationA,
                operationB,
                m,
                n,
                k,
                alpha,
                first,
                lda,
                second,
                ldb,
                beta,
                result,
                ldc),
        gemm.operationA(),
        gemm.operationB(),
        gemm.m(),
        gemm.n(),
        gemm.k(),
        1.0f,
        a,
        gemm.lda(),
        b,
        gemm.ldb(),
        0.0f,
        c,
        gemm.ldc());
  }

  private static LibraryTaskDescriptor describe(MethodHandle factory, Object... arguments) {
    try {
      return (LibraryTaskDescriptor) factory.invokeWithArguments(arguments);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Computes.
   *
   * @param data x in rows
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
      throw new DeviceException(NAME + " failed: the driver gave no result back", null);
    }
    return y.toHeapArray();
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

  private static DeviceException fault(Throwable e) {
    if (DeviceFaults.isFatal(e)) {
      throw (Error) e;
    }
    return new DeviceException(NAME + " failed: " + DeviceFaults.reason(e), e);
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
