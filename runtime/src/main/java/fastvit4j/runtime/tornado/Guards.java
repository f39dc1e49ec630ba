package fastvit4j.runtime.tornado;

import fastvit4j.kernels.tornado.Touch;
import fastvit4j.runtime.Precision;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * Guard bands around every array of a plan, for tests: around its input, its weights, each value
 * that a kernel writes, outputs, scratch and all, and each of these in a buffer of its own. In a
 * plan without guards they do nothing.
 *
 * <pre>
 *   | header, 16 bytes | elements | band |
 *     size, then NaN     values     NaN     of what is only read
 *     size, then NaN     NaN        NaN     of what is written, before each run
 * </pre>
 *
 * <p>What is read outside an array, or before it was written, so spoils the result. The NaN are
 * signalling ones, which arithmetic makes quiet, and each array has another: what a kernel computes
 * or copies from outside one array, and writes outside another, is not taken for that one's. Bytes
 * of pictures, of which none is a NaN, have 255 behind them. After each run all arrays come back,
 * each with the last graph that writes it or that it goes up for. Then header and band must be what
 * they were, and of what is only read the elements too.
 *
 * <p>In front of the elements is TornadoVM's header and no more: what TornadoVM gives a kernel is
 * the start of a buffer of its own, and a kernel counts from the first element, so that there is no
 * place for a wider band. The header goes to the device and back together with the elements on
 * every back end; the emulator, which copies elements only, refuses each index below 0 itself.
 * There, a band of no elements is the strictest: indices are checked against arrays that are
 * exactly as long as the value.
 */
final class Guards {
  /** Elements of the bands of a plan that has none, and whose values share buffers. */
  static final int NONE = -1;

  private static final Kernel TOUCH =
      new Kernel(
          "touch",
          Touch.class,
          "one",
          "cb",
          (g, t, a) -> g.task(t, Touch::one, a.context(0), a.array(1)));

  /**
   * The smallest signalling NaN of float32 and of float16, and how many different ones are used.
   */
  private static final int POISON = 0x7F800001;

  private static final short HALF_POISON = 0x7C01;
  private static final int POISONS = 128;
  private static final byte BYTE_POISON = -1;

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;

  private final int band;
  private final Arena arena;
  private final List<Guarded> guarded = new ArrayList<>();
  private final Set<String> written = new LinkedHashSet<>();

  /** What kernels do with an array. */
  private enum Use {
    INPUT,
    WEIGHTS,
    WRITTEN
  }

  /**
   * An array between its bands.
   *
   * @param what it is called in messages
   * @param elements how many there are before the band
   * @param number its own among the plan's
   * @param expected header, elements and band as they must be after a run, but for the elements of
   *     what is written
   */
  private record Guarded(
      String what,
      Use use,
      TornadoNativeArray array,
      int elements,
      int number,
      MemorySegment expected) {
    /** All but the size, and of what is only read the elements. */
    void poison() {
      poison(Integer.BYTES, TornadoNativeArray.ARRAY_HEADER);
      poison(
          use == Use.WRITTEN ? TornadoNativeArray.ARRAY_HEADER : end(),
          array.getNumBytesOfSegmentWithHeader());
    }

    private void poison(long from, long to) {
      MemorySegment part = array.getSegmentWithHeader().asSlice(from, to - from);
      for (long at = 0; at < part.byteSize(); at += array.getElementSize()) {
        switch (array) {
          case FloatArray _ -> part.set(INT, at, POISON + number % POISONS);
          case HalfFloatArray _ -> part.set(SHORT, at, (short) (HALF_POISON + number % POISONS));
          default -> part.set(ValueLayout.JAVA_BYTE, at, BYTE_POISON);
        }
      }
    }

    private long end() {
      return TornadoNativeArray.ARRAY_HEADER + (long) elements * array.getElementSize();
    }

    void remember() {
      expected.copyFrom(array.getSegmentWithHeader());
    }

    void check() {
      requireSame(0, use == Use.WRITTEN ? TornadoNativeArray.ARRAY_HEADER : end());
      requireSame(end(), expected.byteSize());
    }

    private void requireSame(long from, long to) {
      long at = MemorySegment.mismatch(expected, from, to, array.getSegmentWithHeader(), from, to);
      if (at >= 0) {
        long byteOffset = from + at - TornadoNativeArray.ARRAY_HEADER;
        long element = Math.floorDiv(byteOffset, array.getElementSize());
        boolean within = element >= 0 && element < elements;
        throw new IllegalStateException(
            "a kernel wrote element %d of %s, which %s"
                .formatted(
                    element, what, within ? "is only read" : "has " + elements + " elements"));
      }
    }
  }

  private Guards(int band, Arena arena) {
    this.band = band;
    this.arena = arena;
  }

  /** Guards of so many elements, {@link #NONE} for none, in a plan's memory. */
  static Guards of(int band, Arena arena) {
    return new Guards(band, arena);
  }

  private boolean areUp() {
    return band != NONE;
  }

  /**
   * A plan's launches with guarded weights in the place of theirs, and before them a launch for
   * each value that they write, which has it come to the device as it is on the host.
   */
  List<LoweredTask> around(List<LoweredTask> tasks) {
    if (!areUp()) {
      return tasks;
    }
    Map<String, LoweredTask> touches = new LinkedHashMap<>();
    // Neighbours of the same code may be in one graph.
    for (Precision precision : Precision.values()) {
      for (LoweredTask task : tasks) {
        for (LoweredTask.Value value : task.writes()) {
          if (value.precision() == precision && !touches.containsKey(value.name())) {
            touches.put(value.name(), touch("touch" + touches.size(), task, value));
          }
        }
      }
    }
    written.addAll(touches.keySet());
    IdentityHashMap<TornadoNativeArray, TornadoNativeArray> copies = new IdentityHashMap<>();
    return Stream.concat(
            touches.values().stream(), tasks.stream().map(task -> guarded(task, copies)))
        .toList();
  }

  private static LoweredTask touch(String name, LoweredTask writer, LoweredTask.Value value) {
    return new LoweredTask(
        name,
        writer.step(),
        TOUCH,
        List.of(value),
        value.elements(),
        LaunchGrid.groups(List.of(1), 1),
        false);
  }

  private LoweredTask guarded(
      LoweredTask task, IdentityHashMap<TornadoNativeArray, TornadoNativeArray> copies) {
    return task.with(
        task.arguments().stream()
            .map(
                argument ->
                    argument instanceof TornadoNativeArray weights
                        ? copies.computeIfAbsent(weights, w -> copy(w, task))
                        : argument)
            .toList());
  }

  private TornadoNativeArray copy(TornadoNativeArray weights, LoweredTask task) {
    int elements = weights.getSize();
    TornadoNativeArray copy =
        HostArrays.zeros(
            arena,
            elements + band,
            weights instanceof HalfFloatArray ? Precision.FLOAT16 : Precision.FLOAT32);
    MemorySegment.copy(
        weights.getSegment(), 0, copy.getSegment(), 0, weights.getNumBytesOfSegment());
    guard("weights of " + task.name(), Use.WEIGHTS, copy);
    return copy;
  }

  private void guard(String what, Use use, TornadoNativeArray array) {
    byte[] expected = new byte[Math.toIntExact(array.getNumBytesOfSegmentWithHeader())];
    Guarded one =
        new Guarded(
            what,
            use,
            array,
            array.getSize() - band,
            guarded.size(),
            MemorySegment.ofArray(expected));
    one.poison();
    one.remember();
    guarded.add(one);
  }

  /** Values that have a buffer to themselves: all that are written, if there are guards. */
  Set<String> apart(Set<String> kept) {
    Set<String> apart = new HashSet<>(kept);
    apart.addAll(written);
    return apart;
  }

  /** Values that come from the host: the input, and with guards all others too. */
  Set<String> given(String input) {
    Set<String> given = new HashSet<>(written);
    given.add(input);
    return given;
  }

  /** The array of a plan's input. */
  TornadoNativeArray input(PlanInput format, Precision precision) {
    TornadoNativeArray array = format.allocate(arena, precision, Math.max(0, band));
    if (areUp()) {
      guard(format.value(), Use.INPUT, array);
    }
    return array;
  }

  /** The arrays of a plan's buffers. */
  List<TornadoNativeArray> buffers(BufferPlan plan) {
    List<TornadoNativeArray> arrays = new ArrayList<>();
    for (int i = 0; i < plan.sizes().size(); i++) {
      int elements = plan.sizes().get(i) + Math.max(0, band);
      arrays.add(HostArrays.zeros(arena, elements, plan.precisions().get(i)));
    }
    for (String value : written) {
      guard(value, Use.WRITTEN, arrays.get(plan.slot(value)));
    }
    return arrays;
  }

  /** The arrays that come to the host: the outputs, and with guards all others too. */
  Set<TornadoNativeArray> returned(Set<TornadoNativeArray> outputs) {
    guarded.forEach(one -> outputs.add(one.array()));
    return outputs;
  }

  /** Poisons what is to be written, before a run, when the input is there. */
  void raise() {
    for (Guarded one : guarded) {
      switch (one.use()) {
        case WRITTEN -> one.poison();
        case INPUT -> one.remember();
        case WEIGHTS -> {}
      }
    }
  }

  /**
   * Looks at all bands after a run.
   *
   * @throws IllegalStateException if one was written
   */
  void check() {
    guarded.forEach(Guarded::check);
  }
}
