package fastvit4j.runtime.tornado;

import fastvit4j.runtime.Precision;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One way to compute an operator, or several neighbouring ones at once, on TornadoVM's devices: an
 * entry of the {@link KernelRegistry}. A new kernel is a Java method and one of these.
 *
 * @param operator whose way it is: {@link Problem#kind()}, of a fusion {@code Conv2d>Linear} or so
 * @param name how it is asked for and shown, unique among those of the operator
 * @param precision how values are stored
 * @param tile the sizes that its kernels leave open
 * @param kernels what is launched, one after the other
 * @param when in words, which problems and devices get it
 * @param able whether it can compute a problem on a device
 * @param suits whether a problem and a device get it where nothing was tuned and nobody asks for
 *     another: of the able ones, the first in the registry that suits
 * @param lowering adds its tasks
 * @param costing what it asks of a device
 * @param inner whether it writes what passes between its steps too where others read it; of fusions
 */
record Candidate(
    String operator,
    String name,
    Precision precision,
    Tile tile,
    List<Kernel> kernels,
    String when,
    Test able,
    Test suits,
    Adder lowering,
    Costing costing,
    boolean inner) {
  private static final String ALWAYS = "always";

  /** A question about a problem on a device. */
  interface Test {
    boolean of(Problem problem, DeviceTraits device);
  }

  /** Adds the tasks of a problem. */
  interface Adder {
    void add(TaskList tasks, Problem problem, Tile tile);
  }

  /** What a problem costs, given what follows from the tasks: each value read or written once. */
  interface Costing {
    Cost of(Problem problem, Cost counted, Tile tile);
  }

  Candidate {
    kernels = List.copyOf(kernels);
  }

  /**
   * A way that can compute any problem of an operator in float32, is taken where nothing before it
   * in the registry is, and is named after its kernels.
   */
  static Candidate of(String operator, Kernel... kernels) {
    return new Candidate(
        operator,
        Arrays.stream(kernels).map(Kernel::label).collect(Collectors.joining("+")),
        Precision.FLOAT32,
        Tile.NONE,
        List.of(kernels),
        ALWAYS,
        (_, _) -> true,
        (_, _) -> true,
        (_, _, _) -> {
          throw new IllegalStateException(operator + " has a kernel that nothing adds a task of");
        },
        null,
        false);
  }

  /** The same, able to compute some problems only. */
  Candidate able(Test test) {
    return new Candidate(
        operator, name, precision, tile, kernels, when, test, suits, lowering, costing, inner);
  }

  /**
   * The same, for some problems only.
   *
   * @param words which, for people: beginning with {@code GPU}, {@code processor} or {@code never}
   *     where it is for such devices, or nothing, alone
   */
  Candidate suits(String words, Test test) {
    return new Candidate(
        operator, name, precision, tile, kernels, words, able, test, lowering, costing, inner);
  }

  /** The same under another description of the problems that it is for. */
  Candidate when(String words) {
    return suits(words, suits);
  }

  /** The same, never taken unless asked for or found by tuning. */
  Candidate never(String words) {
    return suits("never chosen: " + words, (_, _) -> false);
  }

  /** The same with what adds its tasks. */
  Candidate lowered(Adder adder) {
    return new Candidate(
        operator, name, precision, tile, kernels, when, able, suits, adder, costing, inner);
  }

  /** The same with what adds its tasks, which has no use for the tile. */
  Candidate lowered(PlainAdder adder) {
    return lowered((tasks, problem, _) -> adder.add(tasks, problem));
  }

  /** Adds the tasks of a problem. */
  interface PlainAdder {
    void add(TaskList tasks, Problem problem);
  }

  /** The same with a cost of its own; else it is counted from the tasks. */
  Candidate costing(Costing own) {
    return new Candidate(
        operator, name, precision, tile, kernels, when, able, suits, lowering, own, inner);
  }

  /** The same under another name. */
  Candidate named(String other) {
    return new Candidate(
        operator, other, precision, tile, kernels, when, able, suits, lowering, costing, inner);
  }

  /** The same in another precision. */
  Candidate in(Precision other) {
    return new Candidate(
        operator, name, other, tile, kernels, when, able, suits, lowering, costing, inner);
  }

  /** The same, of a fusion that writes what passes between its steps where others read it. */
  Candidate writingInner() {
    return new Candidate(
        operator, name, precision, tile, kernels, when, able, suits, lowering, costing, true);
  }

  /** The same for each of some tiles, named {@code NAME:64x64} or so. */
  List<Candidate> tiles(Tile... tiles) {
    return Arrays.stream(tiles)
        .map(
            one ->
                new Candidate(
                    operator,
                    name + ":" + one,
                    precision,
                    one,
                    kernels,
                    when,
                    able,
                    suits,
                    lowering,
                    costing,
                    inner))
        .toList();
  }

  /** How many neighbouring steps it computes. */
  int span() {
    String steps = pixels() ? operator.substring(operator.indexOf('>') + 1) : operator;
    return steps.split(">").length;
  }

  /** Whether it reads pictures as bytes. */
  boolean pixels() {
    return operator.startsWith("pictures>");
  }

  /**
   * Whether there is a form of it for float16, in which the kernels with a context have it: what
   * processors get has not, as it reads and writes vectors.
   */
  boolean hasHalfForm() {
    return !when.startsWith("processor") && kernels.stream().anyMatch(Kernel::usesContext);
  }

  /** What has no form for float16 stores float32 in its place. */
  private boolean stores(Precision wanted) {
    return precision == wanted || (precision == Precision.FLOAT32 && !hasHalfForm());
  }

  /** Whether it can compute a problem of its operator on a device. */
  boolean can(Problem problem, DeviceTraits device) {
    return operator.equals(problem.kind())
        && stores(problem.precision())
        && (inner || problem.isChain())
        && able.of(problem, device);
  }

  /** Adds its tasks for a problem. */
  void add(TaskList tasks, Problem problem) {
    lowering.add(tasks, problem, tile);
  }
}
