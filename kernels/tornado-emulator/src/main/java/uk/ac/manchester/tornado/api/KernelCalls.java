package uk.ac.manchester.tornado.api;

import fastvit4j.emulator.KernelCall;
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

/** Method references of any number of parameters as one kind of call. */
final class KernelCalls {
  private KernelCalls() {}

  @SuppressWarnings({
    "unchecked",
    "TypeParameterUnusedInFormals"
  }) // task() has checked that arguments fit the parameters
  private static <T> T at(Object[] arguments, int index) {
    return (T) arguments[index];
  }

  static <A> KernelCall of(Task1<A> code) {
    return x -> code.apply(at(x, 0));
  }

  static <A, B> KernelCall of(Task2<A, B> code) {
    return x -> code.apply(at(x, 0), at(x, 1));
  }

  static <A, B, C> KernelCall of(Task3<A, B, C> code) {
    return x -> code.apply(at(x, 0), at(x, 1), at(x, 2));
  }

  static <A, B, C, D> KernelCall of(Task4<A, B, C, D> code) {
    return x -> code.apply(at(x, 0), at(x, 1), at(x, 2), at(x, 3));
  }

  static <A, B, C, D, E> KernelCall of(Task5<A, B, C, D, E> code) {
    return x -> code.apply(at(x, 0), at(x, 1), at(x, 2), at(x, 3), at(x, 4));
  }

  static <A, B, C, D, E, F> KernelCall of(Task6<A, B, C, D, E, F> code) {
    return x -> code.apply(at(x, 0), at(x, 1), at(x, 2), at(x, 3), at(x, 4), at(x, 5));
  }

  static <A, B, C, D, E, F, G> KernelCall of(Task7<A, B, C, D, E, F, G> code) {
    return x -> code.apply(at(x, 0), at(x, 1), at(x, 2), at(x, 3), at(x, 4), at(x, 5), at(x, 6));
  }

  static <A, B, C, D, E, F, G, H> KernelCall of(Task8<A, B, C, D, E, F, G, H> code) {
    return x ->
        code.apply(at(x, 0), at(x, 1), at(x, 2), at(x, 3), at(x, 4), at(x, 5), at(x, 6), at(x, 7));
  }

  static <A, B, C, D, E, F, G, H, I> KernelCall of(Task9<A, B, C, D, E, F, G, H, I> code) {
    return x ->
        code.apply(
            at(x, 0), at(x, 1), at(x, 2), at(x, 3), at(x, 4), at(x, 5), at(x, 6), at(x, 7),
            at(x, 8));
  }

  static <A, B, C, D, E, F, G, H, I, J> KernelCall of(Task10<A, B, C, D, E, F, G, H, I, J> code) {
    return x ->
        code.apply(
            at(x, 0), at(x, 1), at(x, 2), at(x, 3), at(x, 4), at(x, 5), at(x, 6), at(x, 7),
            at(x, 8), at(x, 9));
  }

  static <A, B, C, D, E, F, G, H, I, J, K> KernelCall of(
      Task11<A, B, C, D, E, F, G, H, I, J, K> code) {
    return x ->
        code.apply(
            at(x, 0), at(x, 1), at(x, 2), at(x, 3), at(x, 4), at(x, 5), at(x, 6), at(x, 7),
            at(x, 8), at(x, 9), at(x, 10));
  }

  static <A, B, C, D, E, F, G, H, I, J, K, L> KernelCall of(
      Task12<A, B, C, D, E, F, G, H, I, J, K, L> code) {
    return x ->
        code.apply(
            at(x, 0), at(x, 1), at(x, 2), at(x, 3), at(x, 4), at(x, 5), at(x, 6), at(x, 7),
            at(x, 8), at(x, 9), at(x, 10), at(x, 11));
  }

  static <A, B, C, D, E, F, G, H, I, J, K, L, M> KernelCall of(
      Task13<A, B, C, D, E, F, G, H, I, J, K, L, M> code) {
    return x ->
        code.apply(
            at(x, 0), at(x, 1), at(x, 2), at(x, 3), at(x, 4), at(x, 5), at(x, 6), at(x, 7),
            at(x, 8), at(x, 9), at(x, 10), at(x, 11), at(x, 12));
  }

  static <A, B, C, D, E, F, G, H, I, J, K, L, M, N> KernelCall of(
      Task14<A, B, C, D, E, F, G, H, I, J, K, L, M, N> code) {
    return x ->
        code.apply(
            at(x, 0), at(x, 1), at(x, 2), at(x, 3), at(x, 4), at(x, 5), at(x, 6), at(x, 7),
            at(x, 8), at(x, 9), at(x, 10), at(x, 11), at(x, 12), at(x, 13));
  }

  static <A, B, C, D, E, F, G, H, I, J, K, L, M, N, O> KernelCall of(
      Task15<A, B, C, D, E, F, G, H, I, J, K, L, M, N, O> code) {
    return x ->
        code.apply(
            at(x, 0), at(x, 1), at(x, 2), at(x, 3), at(x, 4), at(x, 5), at(x, 6), at(x, 7),
            at(x, 8), at(x, 9), at(x, 10), at(x, 11), at(x, 12), at(x, 13), at(x, 14));
  }
}
