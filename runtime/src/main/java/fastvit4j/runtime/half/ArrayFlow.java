package fastvit4j.runtime.half;

import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.ArrayLoadInstruction;
import java.lang.classfile.instruction.ArrayStoreInstruction;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.ConvertInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.NewPrimitiveArrayInstruction;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.StackInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Follows the float16 parameters of a method through its code, to where an element is read or
 * written and to the methods that they are handed to: the code is gone through once, with a mark
 * for each place of the operand stack that holds such a parameter. A kernel does nothing else with
 * its arrays; code that does is refused.
 */
final class ArrayFlow {
  private final BitSet halfSlots;
  private final List<BitSet> calls = new ArrayList<>();
  private final Map<Label, List<Boolean>> atLabels = new HashMap<>();
  private List<Boolean> stack = new ArrayList<>();
  private boolean reachable = true;

  private ArrayFlow(BitSet halfSlots) {
    this.halfSlots = halfSlots;
  }

  /**
   * For each call in the code, in order, which of its operands are float16: the receiver first
   * where there is one.
   *
   * @param halfSlots the local variables that are float16 parameters
   * @throws UnsupportedOperationException if one of them is used in any other way
   */
  static List<BitSet> calls(CodeModel code, BitSet halfSlots) {
    ArrayFlow flow = new ArrayFlow(halfSlots);
    for (CodeElement element : code) {
      flow.follow(element);
    }
    return flow.calls;
  }

  /** The local variable of each parameter of a static method. */
  static int[] slots(List<ClassDesc> parameters) {
    int[] slots = new int[parameters.size()];
    for (int i = 1; i < slots.length; i++) {
      slots[i] = slots[i - 1] + TypeKind.from(parameters.get(i - 1)).slotSize();
    }
    return slots;
  }

  private void follow(CodeElement element) {
    switch (element) {
      case LabelTarget target -> label(target.label());
      case LoadInstruction load ->
          push(
              load.typeKind(), load.typeKind() == TypeKind.REFERENCE && halfSlots.get(load.slot()));
      case StoreInstruction store -> plain(store.typeKind().slotSize());
      case ConstantInstruction constant -> push(constant.typeKind(), false);
      case ConvertInstruction convert -> {
        plain(convert.fromType().slotSize());
        push(convert.toType(), false);
      }
      case OperatorInstruction operator -> operator(operator);
      case ArrayLoadInstruction load -> {
        plain(2);
        push(load.typeKind(), false);
      }
      case ArrayStoreInstruction store -> plain(2 + store.typeKind().slotSize());
      case NewPrimitiveArrayInstruction _ -> {
        plain(1);
        push(TypeKind.REFERENCE, false);
      }
      case FieldInstruction field -> field(field);
      case InvokeInstruction invoke -> call(invoke);
      case StackInstruction operation -> rearrange(operation.opcode());
      case BranchInstruction branch -> branch(branch);
      case ReturnInstruction end -> {
        plain(end.typeKind().slotSize());
        reachable = false;
      }
      case IncrementInstruction _ -> {}
      case java.lang.classfile.Instruction other ->
          throw new UnsupportedOperationException(other.opcode() + " in a kernel");
      default -> {}
    }
  }

  private void label(Label label) {
    List<Boolean> jumped = atLabels.get(label);
    if (jumped != null) {
      stack = new ArrayList<>(jumped);
    } else if (!reachable) {
      stack = new ArrayList<>();
    }
    reachable = true;
  }

  private void push(TypeKind kind, boolean half) {
    for (int i = 0; i < kind.slotSize(); i++) {
      stack.add(half);
    }
  }

  private boolean pop() {
    return stack.removeLast();
  }

  /** Takes values that must be no float16 parameters. */
  private void plain(int slots) {
    for (int i = 0; i < slots; i++) {
      if (pop()) {
        throw new UnsupportedOperationException(
            "an array is stored or compared, not only read, written and handed on");
      }
    }
  }

  private void operator(OperatorInstruction operator) {
    Opcode opcode = operator.opcode();
    int size = operator.typeKind().slotSize();
    switch (opcode) {
      case INEG, FNEG, LNEG, DNEG -> {}
      case ARRAYLENGTH -> {
        plain(1);
        push(TypeKind.INT, false);
      }
      case LCMP, FCMPL, FCMPG, DCMPL, DCMPG -> {
        plain(2 * size);
        push(TypeKind.INT, false);
      }
      case LSHL, LSHR, LUSHR -> plain(1);
      default -> plain(size);
    }
  }

  private void field(FieldInstruction field) {
    TypeKind kind = TypeKind.from(field.typeSymbol());
    switch (field.opcode()) {
      case GETSTATIC -> push(kind, false);
      case GETFIELD -> {
        plain(1);
        push(kind, false);
      }
      case PUTFIELD -> plain(1 + kind.slotSize());
      default -> plain(kind.slotSize());
    }
  }

  private void call(InvokeInstruction invoke) {
    List<ClassDesc> parameters = invoke.typeSymbol().parameterList();
    boolean receiver = invoke.opcode() != Opcode.INVOKESTATIC;
    BitSet half = new BitSet();
    for (int i = parameters.size() - 1; i >= 0; i--) {
      boolean any = false;
      for (int s = TypeKind.from(parameters.get(i)).slotSize(); s > 0; s--) {
        any |= pop();
      }
      half.set(i + (receiver ? 1 : 0), any);
    }
    if (receiver) {
      half.set(0, pop());
    }
    calls.add(half);
    push(TypeKind.from(invoke.typeSymbol().returnType()), false);
  }

  private void rearrange(Opcode opcode) {
    int size = stack.size();
    switch (opcode) {
      case POP -> pop();
      case POP2 -> {
        pop();
        pop();
      }
      case DUP -> stack.add(stack.getLast());
      case DUP_X1 -> stack.add(size - 2, stack.getLast());
      case DUP_X2 -> stack.add(size - 3, stack.getLast());
      case DUP2 -> stack.addAll(List.copyOf(stack.subList(size - 2, size)));
      case DUP2_X1 -> stack.addAll(size - 3, List.copyOf(stack.subList(size - 2, size)));
      case DUP2_X2 -> stack.addAll(size - 4, List.copyOf(stack.subList(size - 2, size)));
      default -> stack.add(size - 2, pop());
    }
  }

  private void branch(BranchInstruction branch) {
    switch (branch.opcode()) {
      case GOTO, GOTO_W -> {}
      case IF_ICMPEQ, IF_ICMPNE, IF_ICMPLT, IF_ICMPGE, IF_ICMPGT, IF_ICMPLE, IF_ACMPEQ, IF_ACMPNE ->
          plain(2);
      default -> plain(1);
    }
    atLabels.putIfAbsent(branch.target(), List.copyOf(stack));
    reachable = branch.opcode() != Opcode.GOTO && branch.opcode() != Opcode.GOTO_W;
  }
}
