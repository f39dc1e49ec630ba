package fastvit4j.model.checkpoint;

import fastvit4j.model.checkpoint.PickleValue.Constant;
import fastvit4j.model.checkpoint.PickleValue.Dict;
import fastvit4j.model.checkpoint.PickleValue.Name;
import fastvit4j.model.checkpoint.PickleValue.Opaque;
import fastvit4j.model.checkpoint.PickleValue.Real;
import fastvit4j.model.checkpoint.PickleValue.Sequence;
import fastvit4j.model.checkpoint.PickleValue.Str;
import fastvit4j.model.checkpoint.PickleValue.Tuple;
import fastvit4j.model.checkpoint.PickleValue.Whole;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The stack machine of pickles, protocol 2, restricted to what {@code torch.save} writes. It calls
 * nothing: what a pickle asks to construct is data ({@link PickleValue}), made by {@link
 * PickleConstructors}, and only for the names in {@link PickleNames}.
 */
final class Unpickler {
  private static final int PROTOCOL = 2;
  private static final int DEEPEST = 1000;

  /** About what Java takes for a value and its place on the stack or in a container. */
  private static final int VALUE_COST = 48;

  private static final int CONTAINER_COST = 160;

  /** For example a tensor's shape and strides. */
  private static final int CALL_COST = 1024;

  private static final int ITEM_COST = 40;
  private static final int MEMO_COST = 96;

  private final String file;
  private final PickleInput input;
  private final Budget budget;
  private final PickleConstructors constructors;
  private final List<PickleValue> stack = new ArrayList<>();
  private final List<Integer> marks = new ArrayList<>();
  private final Map<Integer, PickleValue> memo = new HashMap<>();

  private Unpickler(String file, MemorySegment pickle, Budget budget) {
    this.file = file;
    this.input = new PickleInput(file, pickle, budget);
    this.budget = budget;
    this.constructors = new PickleConstructors(file, budget);
  }

  /**
   * Reads a pickle.
   *
   * @throws CheckpointException if it is damaged, or needs anything beyond a state dictionary
   */
  static PickleValue read(String file, MemorySegment pickle, Budget budget) {
    return new Unpickler(file, pickle, budget).run();
  }

  private PickleValue run() {
    if (next() != PickleOpcode.PROTO) {
      throw input.damaged("it does not begin with its protocol");
    }
    int protocol = input.u8();
    if (protocol != PROTOCOL) {
      throw new CheckpointException(
          file,
          "is pickled with protocol %d, not %d; save it again with torch.save(weights, FILE) and no pickle_protocol"
              .formatted(protocol, PROTOCOL));
    }
    for (PickleOpcode opcode = next(); opcode != PickleOpcode.STOP; opcode = next()) {
      step(opcode);
    }
    if (!input.atEnd() || !marks.isEmpty() || stack.size() != 1) {
      throw input.damaged("it stops with something left over");
    }
    return stack.getFirst();
  }

  private PickleOpcode next() {
    int code = input.u8();
    PickleOpcode opcode = PickleOpcode.of(code);
    if (opcode == null) {
      throw input.damaged("there is no operation 0x%02x".formatted(code));
    }
    return opcode;
  }

  private void step(PickleOpcode opcode) {
    switch (opcode) {
      case MARK -> mark();
      case NONE -> push(Constant.NONE);
      case NEWTRUE -> push(Constant.TRUE);
      case NEWFALSE -> push(Constant.FALSE);
      case BININT -> push(new Whole(input.i32()));
      case BININT1 -> push(new Whole(input.u8()));
      case BININT2 -> push(new Whole(input.u16()));
      case LONG1 -> pushLong(input.u8());
      case BINFLOAT -> push(new Real(input.f64()));
      case BINUNICODE ->
          push(new Str(input.text(Integer.toUnsignedLong(input.i32()), StandardCharsets.UTF_8)));
      case BINSTRING -> push(new Str(input.text(input.i32(), StandardCharsets.ISO_8859_1)));
      case SHORT_BINSTRING -> push(new Str(input.text(input.u8(), StandardCharsets.ISO_8859_1)));
      case EMPTY_TUPLE -> pushTuple(0);
      case TUPLE1 -> pushTuple(1);
      case TUPLE2 -> pushTuple(2);
      case TUPLE3 -> pushTuple(3);
      case TUPLE -> pushTuple(unmark());
      case EMPTY_LIST -> pushContainer(new Sequence());
      case EMPTY_DICT -> pushContainer(new Dict());
      case APPEND -> append(1);
      case APPENDS -> append(unmark());
      case SETITEM -> set(2);
      case SETITEMS -> set(unmark());
      case BINPUT -> put(input.u8());
      case LONG_BINPUT -> put(input.i32());
      case BINGET -> get(input.u8());
      case LONG_BINGET -> get(input.i32());
      case GLOBAL -> push(name(input.line(), input.line()));
      case BINPERSID -> push(constructors.storage(pop()));
      case REDUCE, NEWOBJ -> construct();
      case BUILD -> build();
      default ->
          throw new CheckpointException(
              file,
              "its pickle has the operation %s, which torch.save does not write; save the weights again with it"
                  .formatted(opcode));
    }
  }

  private Name name(String module, String name) {
    String full = module + "." + name;
    if (!PickleNames.isKnown(full)) {
      throw PickleConstructors.refused(file, full);
    }
    return new Name(full);
  }

  /** Calls nothing: makes the data that the call stands for. */
  private void construct() {
    PickleValue arguments = pop();
    PickleValue callee = pop();
    budget.charge(CALL_COST, "its pickle");
    push(constructors.construct(callee, arguments));
  }

  private void build() {
    pop();
    // What a dictionary has besides its items, and the state of an object that is not built.
    if (!(top() instanceof Dict || top() instanceof Opaque)) {
      throw input.damaged("a state is set on what has none");
    }
  }

  private void append(int count) {
    List<PickleValue> items = take(count);
    switch (top()) {
      case Sequence(List<PickleValue> list) -> list.addAll(charged(items));
      case Opaque _ -> {}
      default -> throw input.damaged("something is appended to what is no list");
    }
  }

  private void set(int count) {
    if (count % 2 != 0) {
      throw input.damaged("a dictionary's key has no value");
    }
    List<PickleValue> items = take(count);
    switch (top()) {
      case Dict dict -> {
        charged(items);
        for (int i = 0; i < count; i += 2) {
          dict.set(items.get(i), items.get(i + 1));
        }
      }
      case Opaque _ -> {}
      default -> throw input.damaged("an item is set on what is no dictionary");
    }
  }

  private List<PickleValue> charged(List<PickleValue> items) {
    budget.charge((long) ITEM_COST * items.size(), "its pickle");
    return items;
  }

  private void put(int index) {
    budget.charge(MEMO_COST, "its pickle");
    memo.put(index, top());
  }

  private void get(int index) {
    PickleValue value = memo.get(index);
    if (value == null) {
      throw input.damaged("nothing was remembered under " + Integer.toUnsignedString(index));
    }
    push(value);
  }

  private void pushLong(int length) {
    if (length <= Long.BYTES) {
      push(new Whole(input.signed(length)));
    } else {
      input.skip(length);
      push(new Opaque("int of " + length + " bytes"));
    }
  }

  private void pushTuple(int count) {
    List<PickleValue> items = List.copyOf(charged(take(count)));
    pushContainer(new Tuple(items));
  }

  private void pushContainer(PickleValue container) {
    budget.charge(CONTAINER_COST, "its pickle");
    push(container);
  }

  private void push(PickleValue value) {
    budget.charge(VALUE_COST, "its pickle");
    stack.add(value);
  }

  private void mark() {
    if (marks.size() == DEEPEST) {
      throw input.damaged("it is nested more than " + DEEPEST + " deep");
    }
    marks.add(stack.size());
  }

  /** How many values were pushed since the last mark, which is removed. */
  private int unmark() {
    if (marks.isEmpty()) {
      throw input.damaged("there is no mark");
    }
    return stack.size() - marks.removeLast();
  }

  private PickleValue top() {
    requireDepth(1);
    return stack.getLast();
  }

  private PickleValue pop() {
    requireDepth(1);
    return stack.removeLast();
  }

  /** Removes the topmost values, the lowest first. */
  private List<PickleValue> take(int count) {
    requireDepth(count);
    List<PickleValue> topmost = stack.subList(stack.size() - count, stack.size());
    List<PickleValue> taken = new ArrayList<>(topmost);
    topmost.clear();
    return taken;
  }

  /** What lies below a mark is out of reach until the mark is gone. */
  private void requireDepth(int count) {
    int floor = marks.isEmpty() ? 0 : marks.getLast();
    if (stack.size() - floor < count) {
      throw input.damaged("its stack is empty");
    }
  }
}
