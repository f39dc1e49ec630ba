package uk.ac.manchester.tornado.api;

import fastvit4j.emulator.GraphSteps;
import fastvit4j.emulator.KernelCall;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.LibraryTask1;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task1;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task10;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task11;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task12;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task13;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task14;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task15;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task2;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task3;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task4;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task5;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task6;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task7;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task8;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task9;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;

/**
 * A list of transfers and tasks that run in the order in which they were added.
 *
 * <p>Arguments of a task are arrays of {@code types.arrays}, boxed numbers, and a {@link
 * KernelContext}; kernels are references to static methods. Transfer modes are those of {@link
 * uk.ac.manchester.tornado.api.enums.DataTransferMode}.
 */
public class TaskGraph {
  private final GraphSteps steps;

  /** A graph without tasks; its name is the first half of its tasks' full names. */
  public TaskGraph(String name) {
    steps = new GraphSteps(name);
  }

  /** The graph's name. */
  public String getTaskGraphName() {
    return steps.name();
  }

  /** Copies arrays to the device. */
  public TaskGraph transferToDevice(int mode, Object... arrays) {
    steps.transferToDevice(mode, arrays);
    return this;
  }

  /** Copies arrays from the device, or allows to do so on demand. */
  public TaskGraph transferToHost(int mode, Object... arrays) {
    steps.transferToHost(mode, arrays);
    return this;
  }

  /** Keeps arrays on the device for the graph that is executed next. */
  public TaskGraph persistOnDevice(Object... arrays) {
    steps.persistOnDevice(arrays);
    return this;
  }

  /** Takes over arrays that the graph executed just before has persisted. */
  public TaskGraph consumeFromDevice(Object... arrays) {
    steps.consumeFromDevice(null, arrays);
    return this;
  }

  /** Takes over arrays that the named graph, executed just before, has persisted. */
  public TaskGraph consumeFromDevice(String graph, Object... arrays) {
    steps.consumeFromDevice(graph, arrays);
    return this;
  }

  /**
   * Adds a task of code for a device.
   *
   * @throws TornadoRuntimeException always: the emulator runs Java only
   */
  public TaskGraph prebuiltTask(
      String id, String entryPoint, String filename, AccessorParameters accessorParameters) {
    throw new TornadoRuntimeException(
        "task " + steps.name() + "." + id + " is of code for a device, but the emulator runs Java");
  }

  /**
   * Adds a call of a library of a device, described from 1 argument.
   *
   * @throws TornadoRuntimeException always: the emulator runs Java only
   */
  public <A> TaskGraph libraryTask(String id, LibraryTask1<A> code, A a) {
    throw new TornadoRuntimeException(
        "task "
            + steps.name()
            + "."
            + id
            + " calls a library of a device, but the emulator runs Java");
  }

  /** The graph as it is now, ready for a plan. */
  public ImmutableTaskGraph snapshot() {
    return new ImmutableTaskGraph(steps.snapshot());
  }

  private TaskGraph add(String id, Object kernel, KernelCall call, Object... arguments) {
    steps.task(id, kernel, call, arguments);
    return this;
  }

  /** Adds a task that runs a kernel of 1 parameter. */
  public <A> TaskGraph task(String id, Task1<A> code, A a) {
    return add(id, code, KernelCalls.of(code), a);
  }

  /** Adds a task that runs a kernel of 2 parameters. */
  public <A, B> TaskGraph task(String id, Task2<A, B> code, A a, B b) {
    return add(id, code, KernelCalls.of(code), a, b);
  }

  /** Adds a task that runs a kernel of 3 parameters. */
  public <A, B, C> TaskGraph task(String id, Task3<A, B, C> code, A a, B b, C c) {
    return add(id, code, KernelCalls.of(code), a, b, c);
  }

  /** Adds a task that runs a kernel of 4 parameters. */
  public <A, B, C, D> TaskGraph task(String id, Task4<A, B, C, D> code, A a, B b, C c, D d) {
    return add(id, code, KernelCalls.of(code), a, b, c, d);
  }

  /** Adds a task that runs a kernel of 5 parameters. */
  public <A, B, C, D, E> TaskGraph task(
      String id, Task5<A, B, C, D, E> code, A a, B b, C c, D d, E e) {
    return add(id, code, KernelCalls.of(code), a, b, c, d, e);
  }

  /** Adds a task that runs a kernel of 6 parameters. */
  public <A, B, C, D, E, F> TaskGraph task(
      String id, Task6<A, B, C, D, E, F> code, A a, B b, C c, D d, E e, F f) {
    return add(id, code, KernelCalls.of(code), a, b, c, d, e, f);
  }

  /** Adds a task that runs a kernel of 7 parameters. */
  public <A, B, C, D, E, F, G> TaskGraph task(
      String id, Task7<A, B, C, D, E, F, G> code, A a, B b, C c, D d, E e, F f, G g) {
    return add(id, code, KernelCalls.of(code), a, b, c, d, e, f, g);
  }

  /** Adds a task that runs a kernel of 8 parameters. */
  public <A, B, C, D, E, F, G, H> TaskGraph task(
      String id, Task8<A, B, C, D, E, F, G, H> code, A a, B b, C c, D d, E e, F f, G g, H h) {
    return add(id, code, KernelCalls.of(code), a, b, c, d, e, f, g, h);
  }

  /** Adds a task that runs a kernel of 9 parameters. */
  public <A, B, C, D, E, F, G, H, I> TaskGraph task(
      String id,
      Task9<A, B, C, D, E, F, G, H, I> code,
      A a,
      B b,
      C c,
      D d,
      E e,
      F f,
      G g,
      H h,
      I i) {
    return add(id, code, KernelCalls.of(code), a, b, c, d, e, f, g, h, i);
  }

  /** Adds a task that runs a kernel of 10 parameters. */
  public <A, B, C, D, E, F, G, H, I, J> TaskGraph task(
      String id,
      Task10<A, B, C, D, E, F, G, H, I, J> code,
      A a,
      B b,
      C c,
      D d,
      E e,
      F f,
      G g,
      H h,
      I i,
      J j) {
    return add(id, code, KernelCalls.of(code), a, b, c, d, e, f, g, h, i, j);
  }

  /** Adds a task that runs a kernel of 11 parameters. */
  public <A, B, C, D, E, F, G, H, I, J, K> TaskGraph task(
      String id,
      Task11<A, B, C, D, E, F, G, H, I, J, K> code,
      A a,
      B b,
      C c,
      D d,
      E e,
      F f,
      G g,
      H h,
      I i,
      J j,
      K k) {
    return add(id, code, KernelCalls.of(code), a, b, c, d, e, f, g, h, i, j, k);
  }

  /** Adds a task that runs a kernel of 12 parameters. */
  public <A, B, C, D, E, F, G, H, I, J, K, L> TaskGraph task(
      String id,
      Task12<A, B, C, D, E, F, G, H, I, J, K, L> code,
      A a,
      B b,
      C c,
      D d,
      E e,
      F f,
      G g,
      H h,
      I i,
      J j,
      K k,
      L l) {
    return add(id, code, KernelCalls.of(code), a, b, c, d, e, f, g, h, i, j, k, l);
  }

  /** Adds a task that runs a kernel of 13 parameters. */
  public <A, B, C, D, E, F, G, H, I, J, K, L, M> TaskGraph task(
      String id,
      Task13<A, B, C, D, E, F, G, H, I, J, K, L, M> code,
      A a,
      B b,
      C c,
      D d,
      E e,
      F f,
      G g,
      H h,
      I i,
      J j,
      K k,
      L l,
      M m) {
    return add(id, code, KernelCalls.of(code), a, b, c, d, e, f, g, h, i, j, k, l, m);
  }

  /** Adds a task that runs a kernel of 14 parameters. */
  public <A, B, C, D, E, F, G, H, I, J, K, L, M, N> TaskGraph task(
      String id,
      Task14<A, B, C, D, E, F, G, H, I, J, K, L, M, N> code,
      A a,
      B b,
      C c,
      D d,
      E e,
      F f,
      G g,
      H h,
      I i,
      J j,
      K k,
      L l,
      M m,
      N n) {
    return add(id, code, KernelCalls.of(code), a, b, c, d, e, f, g, h, i, j, k, l, m, n);
  }

  /** Adds a task that runs a kernel of 15 parameters. */
  public <A, B, C, D, E, F, G, H, I, J, K, L, M, N, O> TaskGraph task(
      String id,
      Task15<A, B, C, D, E, F, G, H, I, J, K, L, M, N, O> code,
      A a,
      B b,
      C c,
      D d,
      E e,
      F f,
      G g,
      H h,
      I i,
      J j,
      K k,
      L l,
      M m,
      N n,
      O o) {
    return add(id, code, KernelCalls.of(code), a, b, c, d, e, f, g, h, i, j, k, l, m, n, o);
  }
}
