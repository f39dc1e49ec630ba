package fastvit4j.runtime.plan;

import fastvit4j.model.operator.Operator;
import java.util.ArrayList;
import java.util.List;

/**
 * A step of a plan: an operator and what is applied to its result before it is written, in this
 * order: the operator (with its bias), plus the residual, then the activation.
 *
 * @param name the name of the operator's node
 * @param block the paper's block
 * @param operator the operator
 * @param inputs names of the values it reads
 * @param residual the value added to the result, or null
 * @param activation the activation after that, or null
 * @param output the name of the value it writes: that of the last node fused
 */
public record FusedStep(
    String name,
    String block,
    Operator operator,
    List<String> inputs,
    String residual,
    Operator activation,
    String output) {
  /** Copies the inputs. */
  public FusedStep {
    inputs = List.copyOf(inputs);
  }

  /** Every value that the step reads: the inputs, then the residual. */
  public List<String> reads() {
    if (residual == null) {
      return inputs;
    }
    List<String> reads = new ArrayList<>(inputs);
    reads.add(residual);
    return reads;
  }

  /** For example {@code Conv2d+Add+Gelu}. */
  public String operators() {
    return operator.kind()
        + (residual == null ? "" : "+Add")
        + (activation == null ? "" : "+" + activation.kind());
  }

  FusedStep withResidual(String value, String sum) {
    return new FusedStep(name, block, operator, inputs, value, activation, sum);
  }

  FusedStep withActivation(Operator function, String result) {
    return new FusedStep(name, block, operator, inputs, residual, function, result);
  }
}
