package fastvit4j.model.checkpoint;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Pickles made by hand, an operation after the other. */
final class RawPickle {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  RawPickle() {
    op(PickleOpcode.PROTO, 2);
  }

  RawPickle op(PickleOpcode opcode, int... arguments) {
    out.write(opcode.code());
    for (int argument : arguments) {
      out.write(argument);
    }
    return this;
  }

  RawPickle int32(PickleOpcode opcode, int argument) {
    byte[] bytes = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(argument).array();
    op(opcode).out.writeBytes(bytes);
    return this;
  }

  RawPickle text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int32(PickleOpcode.BINUNICODE, bytes.length).out.writeBytes(bytes);
    return this;
  }

  RawPickle whole(int value) {
    return int32(PickleOpcode.BININT, value);
  }

  RawPickle tuple(int... values) {
    op(PickleOpcode.MARK);
    for (int value : values) {
      whole(value);
    }
    return op(PickleOpcode.TUPLE);
  }

  /** A global's name, for example {@code os.system}. */
  RawPickle global(String name) {
    int dot = name.lastIndexOf('.');
    String lines = name.substring(0, dot) + "\n" + name.substring(dot + 1) + "\n";
    op(PickleOpcode.GLOBAL).out.writeBytes(lines.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /** Calls a global with no arguments. */
  RawPickle call(String name) {
    return global(name).op(PickleOpcode.EMPTY_TUPLE).op(PickleOpcode.REDUCE);
  }

  RawPickle storage(String type, String key, int elements) {
    op(PickleOpcode.MARK).text("storage").global("torch." + type).text(key).text("cpu");
    return whole(elements).op(PickleOpcode.TUPLE).op(PickleOpcode.BINPERSID);
  }

  /** Begins a tensor: what follows are its storage, offset, shape and strides. */
  RawPickle beginTensor() {
    return global(PickleNames.TENSOR_V2).op(PickleOpcode.MARK);
  }

  RawPickle endTensor() {
    return op(PickleOpcode.NEWFALSE)
        .call(PickleNames.ORDERED_DICT)
        .op(PickleOpcode.TUPLE)
        .op(PickleOpcode.REDUCE);
  }

  /** A tensor of storage {@code 0}, of 12 F32. */
  RawPickle tensor(int offset, int[] shape, int[] strides) {
    beginTensor().storage("FloatStorage", "0", 12).whole(offset);
    return tuple(shape).tuple(strides).endTensor();
  }

  /** The usual tensor, [3, 4]. */
  RawPickle tensor() {
    return tensor(0, new int[] {3, 4}, new int[] {4, 1});
  }

  /** Begins a dictionary; keys and values follow. */
  RawPickle begin() {
    return op(PickleOpcode.EMPTY_DICT).op(PickleOpcode.MARK);
  }

  RawPickle end() {
    return op(PickleOpcode.SETITEMS);
  }

  byte[] bytes() {
    return out.toByteArray();
  }

  /** The bytes with the last operation. */
  byte[] stop() {
    return op(PickleOpcode.STOP).bytes();
  }

  /** A file of this pickle, and a storage of 12 F32. */
  byte[] file() {
    return RawZip.of(stop(), new byte[48]).build();
  }
}
