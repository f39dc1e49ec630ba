package fastvit4j.model.tensor;

/** Element types of tensors in checkpoints, named as safetensors names them. */
public enum DType {
  F64(8),
  F32(4),
  F16(2),
  BF16(2),
  I64(8),
  I32(4),
  U8(1);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** Whether the elements are floating-point numbers. */
  public boolean isFloat() {
    return switch (this) {
      case F64, F32, F16, BF16 -> true;
      case I64, I32, U8 -> false;
    };
  }
}
