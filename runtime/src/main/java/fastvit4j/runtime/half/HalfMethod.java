package fastvit4j.runtime.half;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LocalVariable;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import uk.ac.manchester.tornado.api.types.HalfFloat;

/**
 * The code of a method whose array parameters are float16, some of them. What javac would make of
 *
 * <pre>
 *   x.get(i)           x.get(i).getFloat32()
 *   y.set(i, v)        float rounded = v; y.set(i, new HalfFloat(rounded))
 *   helper(x, i)       helper(x, i), the overload
 * </pre>
 *
 * @param called the overloads that it calls
 * @param calls for each call in the code, in order, which of its operands are float16
 * @param halfSlots the local variables that are float16
 * @param free a local variable that the original has not
 */
record HalfMethod(List<Instance> called, List<BitSet> calls, BitSet halfSlots, int free) {
  private static final ClassDesc HALF = HalfFloat.class.describeConstable().orElseThrow();
  private static final ClassDesc FLOAT = ConstantDescs.CD_float;
  private static final ClassDesc INT = ConstantDescs.CD_int;
  private static final ClassDesc VOID = ConstantDescs.CD_void;

  /**
   * The code of an overload.
   *
   * @param code the original's
   * @throws UnsupportedOperationException if it does more with the arrays than read and write
   */
  static HalfMethod of(Instance instance, CodeModel code) {
    int[] slots = ArrayFlow.slots(instance.type().parameterList());
    BitSet halfSlots = new BitSet();
    instance.half().stream().forEach(i -> halfSlots.set(slots[i]));
    List<BitSet> calls = ArrayFlow.calls(code, halfSlots);
    List<Instance> called = new ArrayList<>();
    int at = 0;
    for (CodeElement element : code) {
      if (element instanceof InvokeInstruction invoke) {
        BitSet half = calls.get(at++);
        if (!half.isEmpty() && invoke.opcode() == Opcode.INVOKESTATIC) {
          called.add(instance(invoke, half));
        }
      }
    }
    return new HalfMethod(called, calls, halfSlots, ((CodeAttribute) code).maxLocals());
  }

  private static Instance instance(InvokeInstruction invoke, BitSet half) {
    return new Instance(
        invoke.owner().asInternalName(), invoke.name().stringValue(), invoke.typeSymbol(), half);
  }

  /** Makes the code of the original's. */
  CodeTransform transform() {
    return new CodeTransform() {
      private int at;

      @Override
      public void accept(CodeBuilder builder, CodeElement element) {
        switch (element) {
          case InvokeInstruction invoke -> call(builder, invoke, calls.get(at++));
          case LocalVariable variable
              when halfSlots.get(variable.slot())
                  && variable.typeSymbol().equals(Instance.FLOATS) ->
              builder.localVariable(
                  variable.slot(),
                  variable.name().stringValue(),
                  Instance.HALVES,
                  variable.startScope(),
                  variable.endScope());
          default -> builder.with(element);
        }
      }
    };
  }

  private void call(CodeBuilder builder, InvokeInstruction invoke, BitSet half) {
    if (half.isEmpty()) {
      builder.with(invoke);
    } else if (invoke.opcode() == Opcode.INVOKESTATIC) {
      Instance called = instance(invoke, half);
      builder.invokestatic(
          ClassDesc.ofInternalName(called.owner()), called.name(), called.halfType());
    } else if (half.cardinality() == 1 && half.get(0)) {
      element(builder, invoke);
    } else {
      throw new UnsupportedOperationException("an array is handed to " + invoke);
    }
  }

  private void element(CodeBuilder builder, InvokeInstruction invoke) {
    switch (invoke.name().stringValue()) {
      case "get" ->
          builder
              .invokevirtual(Instance.HALVES, "get", MethodTypeDesc.of(HALF, INT))
              .invokevirtual(HALF, "getFloat32", MethodTypeDesc.of(FLOAT));
      case "set" ->
          builder
              .fstore(free)
              .new_(HALF)
              .dup()
              .fload(free)
              .invokespecial(HALF, ConstantDescs.INIT_NAME, MethodTypeDesc.of(VOID, FLOAT))
              .invokevirtual(Instance.HALVES, "set", MethodTypeDesc.of(VOID, INT, HALF));
      case "getSize" -> builder.invokevirtual(Instance.HALVES, "getSize", invoke.typeSymbol());
      default ->
          throw new UnsupportedOperationException(
              "no kernel of float16 calls " + invoke.name().stringValue());
    }
  }
}
