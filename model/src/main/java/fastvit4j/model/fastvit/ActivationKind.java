package fastvit4j.model.fastvit;

import fastvit4j.model.operator.Gelu;
import fastvit4j.model.operator.Operator;
import fastvit4j.model.operator.Relu;
import fastvit4j.model.operator.Silu;

/** The activation of a network's blocks. */
public enum ActivationKind {
  GELU,
  RELU,
  SILU;

  /** The operator. */
  public Operator operator() {
    return switch (this) {
      case GELU -> new Gelu();
      case RELU -> new Relu();
      case SILU -> new Silu();
    };
  }
}
