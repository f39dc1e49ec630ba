package fastvit4j.emulator;

import java.lang.classfile.Attributes;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.TypeAnnotation;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.attribute.LocalVariableInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import uk.ac.manchester.tornado.api.annotations.Parallel;

/**
 * The variables of a kernel that instrumentation has to know: those of {@code @Parallel} loops,
 * from the type annotations of the class file, and arrays, from its local variable table.
 */
final class KernelVariables {
  private static final String PARALLEL = Parallel.class.descriptorString();

  private final CodeAttribute code;
  private final List<Variable> loops = new ArrayList<>();
  private final List<Variable> arrays = new ArrayList<>();
  private final List<Variable> active = new ArrayList<>();

  /**
   * A local variable.
   *
   * @param name its name in the source
   * @param slot where its value is
   * @param start bytecode index of the first instruction that may use it
   * @param end bytecode index behind the last instruction that may use it
   */
  record Variable(String name, int slot, int start, int end) {}

  private KernelVariables(CodeAttribute code) {
    this.code = code;
  }

  static KernelVariables of(MethodModel method) {
    CodeAttribute code = method.findAttribute(Attributes.code()).orElseThrow();
    KernelVariables variables = new KernelVariables(code);
    code.findAttribute(Attributes.runtimeVisibleTypeAnnotations())
        .ifPresent(a -> a.annotations().forEach(variables::addLoop));
    variables.loops.sort(Comparator.comparingInt(Variable::start));
    variables.table().stream()
        .filter(v -> v.type().stringValue().startsWith("[") && v.startPc() > 0)
        .map(KernelVariables::variable)
        .forEach(variables.arrays::add);
    return variables;
  }

  private static Variable variable(LocalVariableInfo info) {
    int end = info.startPc() + info.length();
    return new Variable(info.name().stringValue(), info.slot(), info.startPc(), end);
  }

  private List<LocalVariableInfo> table() {
    return code.findAttribute(Attributes.localVariableTable())
        .map(t -> t.localVariables())
        .orElse(List.of());
  }

  private void addLoop(TypeAnnotation annotation) {
    if (annotation.annotation().className().stringValue().equals(PARALLEL)
        && annotation.targetInfo() instanceof TypeAnnotation.LocalVarTarget target) {
      for (TypeAnnotation.LocalVarTargetInfo range : target.table()) {
        int start = code.labelToBci(range.startLabel());
        int end = code.labelToBci(range.endLabel());
        loops.add(new Variable(name(range.index(), start), range.index(), start, end));
      }
    }
  }

  private String name(int slot, int start) {
    return table().stream()
        .filter(v -> v.slot() == slot && v.startPc() == start)
        .map(v -> v.name().stringValue())
        .findFirst()
        .orElse("?");
  }

  /** The {@code @Parallel} loops' variables, outer loops first. */
  List<String> loopNames() {
    return loops.stream().map(Variable::name).toList();
  }

  /** A loop's place among {@link #loopNames()}. */
  int number(Variable loop) {
    return loops.indexOf(loop);
  }

  /** Loops whose variable begins at a label. */
  List<Variable> enter(Label label) {
    int bci = code.labelToBci(label);
    List<Variable> entered = loops.stream().filter(v -> v.start() == bci).toList();
    active.addAll(entered);
    return entered;
  }

  /** Numbers of the loops whose variable ends at a label. */
  List<Integer> leave(Label label) {
    int bci = code.labelToBci(label);
    active.removeIf(v -> v.end() == bci);
    return loops.stream().filter(v -> v.end() == bci).map(this::number).toList();
  }

  /** The loop whose variable is in a slot where instrumentation has come to, or null. */
  Variable activeLoop(int slot) {
    return active.stream().filter(v -> v.slot() == slot).findFirst().orElse(null);
  }

  /** Array variables that begin at a label. */
  List<Variable> arraysAt(Label label) {
    int bci = code.labelToBci(label);
    return arrays.stream().filter(v -> v.start() == bci).toList();
  }
}
