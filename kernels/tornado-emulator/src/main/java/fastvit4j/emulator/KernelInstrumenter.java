package fastvit4j.emulator;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.ArrayLoadInstruction;
import java.lang.classfile.instruction.ArrayStoreInstruction;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LineNumber;
import java.lang.classfile.instruction.NewPrimitiveArrayInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.List;

/**
 * Rewrites kernel classes so that the emulator sees what happens to arrays that are not {@code
 * TornadoNativeArray}s, and which iteration of which {@code @Parallel} loop is running.
 *
 * <pre>
 *   tile[i] = x                        KernelMemory.store(tile, i, x)
 *   new float[4]                       ... KernelMemory.allocated(array)
 *   for (@Parallel int i = 0; ...)     ... KernelMemory.iteration(0, i) ... KernelMemory.finished(0)
 *   float sum(float[] a) { ... }       float sum(float[] a) { KernelMemory.passed(a); ... }
 *   context.localBarrier()             KernelMemory.site(7); context.localBarrier()
 * </pre>
 *
 * <p>Line numbers and variables stay, so that a debugger stops in the kernel's own source.
 */
final class KernelInstrumenter {
  private static final ClassDesc MEMORY = ClassDesc.of(KernelMemory.class.getName());
  private static final MethodTypeDesc INT =
      MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_int);

  private static final MethodTypeDesc OBJECT =
      MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_Object);

  private KernelInstrumenter() {}

  /** The class, rewritten; superclasses are looked up in {@code loader}. */
  static byte[] instrument(ClassModel model, ClassLoader loader) {
    ClassHierarchyResolver hierarchy =
        ClassHierarchyResolver.ofResourceParsing(loader)
            .orElse(ClassHierarchyResolver.defaultResolver());
    return ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(hierarchy))
        .transformClass(model, KernelInstrumenter::element);
  }

  private static void element(ClassBuilder builder, ClassElement element) {
    if (element instanceof MethodModel method
        && method.code().isPresent()
        && !method.methodName().stringValue().startsWith("<")) {
      CodeTransform transform = new MethodBody(KernelVariables.of(method), method);
      builder.transformMethod(method, MethodTransform.transformingCode(transform));
    } else {
      builder.with(element);
    }
  }

  /** Rewrites one method. */
  private static final class MethodBody implements CodeTransform {
    private final KernelVariables variables;
    private final String file;
    private final List<Integer> arrayParameters;
    private int line;

    MethodBody(KernelVariables variables, MethodModel method) {
      this.variables = variables;
      this.file = KernelScan.sourceFile(method.parent().orElseThrow());
      this.arrayParameters = arrayParameters(method);
    }

    @Override
    public void atStart(CodeBuilder builder) {
      for (int slot : arrayParameters) {
        builder.aload(slot);
        call(builder, "passed", OBJECT);
      }
    }

    @Override
    public void accept(CodeBuilder builder, CodeElement element) {
      switch (element) {
        case ArrayLoadInstruction load when load.typeKind() != TypeKind.REFERENCE ->
            load(builder, load.typeKind());
        case ArrayStoreInstruction store when store.typeKind() != TypeKind.REFERENCE ->
            store(builder, store.typeKind());
        case NewPrimitiveArrayInstruction allocation -> {
          builder.with(allocation).dup();
          call(builder, "allocated", OBJECT);
        }
        case InvokeInstruction invoke when KernelScan.isShared(invoke) -> {
          builder.loadConstant(CallSites.add(file, line));
          call(builder, "site", INT);
          builder.with(invoke);
        }
        case LabelTarget target -> {
          builder.with(target);
          label(builder, target);
        }
        case IncrementInstruction increment -> {
          builder.with(increment);
          assigned(builder, increment.slot());
        }
        case StoreInstruction store -> {
          builder.with(store);
          assigned(builder, store.slot());
        }
        case LineNumber number -> {
          line = number.line();
          builder.with(number);
        }
        default -> builder.with(element);
      }
    }

    private static List<Integer> arrayParameters(MethodModel method) {
      List<Integer> slots = new ArrayList<>();
      int slot = method.flags().has(AccessFlag.STATIC) ? 0 : 1;
      for (ClassDesc parameter : method.methodTypeSymbol().parameterList()) {
        if (parameter.isArray() && parameter.componentType().isPrimitive()) {
          slots.add(slot);
        }
        slot += TypeKind.from(parameter).slotSize();
      }
      return slots;
    }

    private void label(CodeBuilder builder, LabelTarget target) {
      for (KernelVariables.Variable loop : variables.enter(target.label())) {
        iteration(builder, loop);
      }
      for (int loop : variables.leave(target.label())) {
        builder.loadConstant(loop);
        call(builder, "finished", INT);
      }
      for (KernelVariables.Variable array : variables.arraysAt(target.label())) {
        builder.aload(array.slot()).loadConstant(array.name());
        call(
            builder,
            "named",
            MethodTypeDesc.of(
                ConstantDescs.CD_void, ConstantDescs.CD_Object, ConstantDescs.CD_String));
      }
    }

    private void assigned(CodeBuilder builder, int slot) {
      KernelVariables.Variable loop = variables.activeLoop(slot);
      if (loop != null) {
        iteration(builder, loop);
      }
    }

    private void iteration(CodeBuilder builder, KernelVariables.Variable loop) {
      builder.loadConstant(variables.number(loop)).iload(loop.slot());
      call(
          builder,
          "iteration",
          MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_int, ConstantDescs.CD_int));
    }

    private static void load(CodeBuilder builder, TypeKind kind) {
      ClassDesc element = kind.upperBound();
      if (kind == TypeKind.BYTE) {
        call(
            builder,
            "loadByte",
            MethodTypeDesc.of(element, ConstantDescs.CD_Object, ConstantDescs.CD_int));
      } else {
        call(
            builder, "load", MethodTypeDesc.of(element, element.arrayType(), ConstantDescs.CD_int));
      }
    }

    private static void store(CodeBuilder builder, TypeKind kind) {
      ClassDesc element = kind.upperBound();
      if (kind == TypeKind.BYTE) {
        call(
            builder,
            "storeByte",
            MethodTypeDesc.of(
                ConstantDescs.CD_void,
                ConstantDescs.CD_Object,
                ConstantDescs.CD_int,
                ConstantDescs.CD_int));
      } else {
        call(
            builder,
            "store",
            MethodTypeDesc.of(
                ConstantDescs.CD_void, element.arrayType(), ConstantDescs.CD_int, element));
      }
    }

    private static void call(CodeBuilder builder, String name, MethodTypeDesc type) {
      builder.invokestatic(MEMORY, name, type);
    }
  }
}
