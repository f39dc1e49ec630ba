package fastvit4j.emulator;

import java.lang.classfile.Attributes;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import uk.ac.manchester.tornado.api.KernelContext;

/** Looks through a kernel, and what it calls, for what decides how it must be launched. */
final class KernelScan {
  private static final String CONTEXT = KernelContext.class.getName().replace('.', '/');

  private final KernelClasses classes;
  private final Set<String> seen = new HashSet<>();
  private boolean barriers;
  private boolean groups;

  KernelScan(KernelClasses classes, MethodModel kernel) {
    this.classes = classes;
    scan(kernel);
  }

  /** Whether a barrier, or what a warp does together, may be reached. */
  boolean barriers() {
    return barriers;
  }

  /** Whether the size of its group matters to a work-item. */
  boolean groups() {
    return groups;
  }

  private void scan(MethodModel method) {
    if (!seen.add(key(method)) || method.code().isEmpty()) {
      return;
    }
    method
        .code()
        .get()
        .forEach(
            element -> {
              if (element instanceof InvokeInstruction invoke) {
                call(invoke);
              } else if (element instanceof FieldInstruction field) {
                groups |= isGroupField(field);
              }
            });
  }

  private void call(InvokeInstruction invoke) {
    String owner = invoke.owner().asInternalName();
    if (owner.equals(CONTEXT)) {
      barriers |= isShared(invoke);
      groups |= isShared(invoke) || invoke.name().stringValue().endsWith("LocalArray");
    } else {
      classes
          .model(owner.replace('/', '.'))
          .flatMap(m -> method(m, invoke.name().stringValue(), invoke.type().stringValue()))
          .ifPresent(this::scan);
    }
  }

  private static boolean isGroupField(FieldInstruction field) {
    String name = field.name().stringValue();
    return field.owner().asInternalName().equals(CONTEXT)
        && (name.startsWith("local") || name.startsWith("group"));
  }

  /** Whether it is a call that a group, or a warp of it, makes together. */
  static boolean isShared(InvokeInstruction invoke) {
    String name = invoke.name().stringValue();
    return invoke.owner().asInternalName().equals(CONTEXT)
        && (name.endsWith("Barrier") || name.startsWith("mma"));
  }

  static Optional<MethodModel> method(ClassModel model, String name, String type) {
    return model.methods().stream()
        .filter(m -> m.methodName().equalsString(name) && m.methodType().equalsString(type))
        .findFirst();
  }

  /** Methods of a name whose code has a line. */
  static List<MethodModel> methodsAt(ClassModel model, String name, int line) {
    return model.methods().stream()
        .filter(m -> m.methodName().equalsString(name) && hasLine(m, line))
        .toList();
  }

  private static boolean hasLine(MethodModel method, int line) {
    return method
        .findAttribute(Attributes.code())
        .flatMap(c -> c.findAttribute(Attributes.lineNumberTable()))
        .filter(t -> t.lineNumbers().stream().anyMatch(n -> n.lineNumber() == line))
        .isPresent();
  }

  static String sourceFile(ClassModel model) {
    return model
        .findAttribute(Attributes.sourceFile())
        .map(a -> a.sourceFile().stringValue())
        .orElse(model.thisClass().asInternalName());
  }

  private static String key(MethodModel method) {
    String owner = method.parent().orElseThrow().thisClass().asInternalName();
    return owner + "." + method.methodName() + method.methodType();
  }
}
