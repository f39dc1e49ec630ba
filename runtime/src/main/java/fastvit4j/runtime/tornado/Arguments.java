package fastvit4j.runtime.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.common.TornadoFunctions;
import uk.ac.manchester.tornado.api.types.arrays.ByteArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** The arguments of one task by place and type. */
final class Arguments {
  private final Object[] values;

  Arguments(Object[] values) {
    this.values = values;
  }

  KernelContext context(int at) {
    return (KernelContext) values[at];
  }

  FloatArray array(int at) {
    return (FloatArray) values[at];
  }

  ByteArray bytes(int at) {
    return (ByteArray) values[at];
  }

  Integer integer(int at) {
    return (Integer) values[at];
  }

  Float real(int at) {
    return (Float) values[at];
  }

  /** Adds a task with all arguments, of which numbers may be left open. */
  @SuppressWarnings("unchecked")
  <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> void add(
      TaskGraph graph,
      String task,
      TornadoFunctions.Task11<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> kernel) {
    graph.task(
        task,
        kernel,
        (T1) values[0],
        (T2) values[1],
        (T3) values[2],
        (T4) values[3],
        (T5) values[4],
        (T6) values[5],
        (T7) values[6],
        (T8) values[7],
        (T9) values[8],
        (T10) values[9],
        (T11) values[10]);
  }

  /** Adds a task with all arguments, of which numbers may be left open. */
  @SuppressWarnings("unchecked")
  <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15> void add(
      TaskGraph graph,
      String task,
      TornadoFunctions.Task15<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15>
          kernel) {
    graph.task(
        task,
        kernel,
        (T1) values[0],
        (T2) values[1],
        (T3) values[2],
        (T4) values[3],
        (T5) values[4],
        (T6) values[5],
        (T7) values[6],
        (T8) values[7],
        (T9) values[8],
        (T10) values[9],
        (T11) values[10],
        (T12) values[11],
        (T13) values[12],
        (T14) values[13],
        (T15) values[14]);
  }

  /** Adds a task with all arguments, of which numbers may be left open. */
  @SuppressWarnings("unchecked")
  <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> void add(
      TaskGraph graph,
      String task,
      TornadoFunctions.Task12<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> kernel) {
    graph.task(
        task,
        kernel,
        (T1) values[0],
        (T2) values[1],
        (T3) values[2],
        (T4) values[3],
        (T5) values[4],
        (T6) values[5],
        (T7) values[6],
        (T8) values[7],
        (T9) values[8],
        (T10) values[9],
        (T11) values[10],
        (T12) values[11]);
  }

  /** Adds a task with all arguments, of which numbers may be left open. */
  @SuppressWarnings("unchecked")
  <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> void add(
      TaskGraph graph,
      String task,
      TornadoFunctions.Task14<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> kernel) {
    graph.task(
        task,
        kernel,
        (T1) values[0],
        (T2) values[1],
        (T3) values[2],
        (T4) values[3],
        (T5) values[4],
        (T6) values[5],
        (T7) values[6],
        (T8) values[7],
        (T9) values[8],
        (T10) values[9],
        (T11) values[10],
        (T12) values[11],
        (T13) values[12],
        (T14) values[13]);
  }
}
