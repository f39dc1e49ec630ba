package fastvit4j.tools.bench;

import fastvit4j.model.graph.Node;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.runtime.Session;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One step of a run: an operator of the network and what was fused into it.
 *
 * @param name the name of its first node
 * @param stage the part of the network that it belongs to, for example {@code stage 2}
 * @param operator the kind of its first operator, for example {@code depthwise 7×7}
 * @param operators all of its operators, for example {@code Conv2d+Gelu}
 * @param kernel the kernel that the device has chosen
 * @param macs multiply-accumulate operations of the whole batch
 * @param bytes weights and activations, each touched once
 */
public record Step(
    String name,
    String stage,
    String operator,
    String operators,
    String kernel,
    long macs,
    long bytes) {
  /** {@code stages.0}, as most networks count, or {@code layer1}, as ResNets do. */
  private static final Pattern STAGE = Pattern.compile("(stages\\.|layer)(\\d+)(?:\\..*)?");

  /**
   * A step of a session.
   *
   * @param node the node that it is named after, or null if there is none
   */
  static Step of(Session.Step step, Node node) {
    return new Step(
        step.name(),
        stage(step.block()),
        operator(step.operators(), node),
        step.operators(),
        step.kernel(),
        step.macs(),
        step.bytes());
  }

  /** {@code stage 1} and so on, or the first part of the block's name, for example {@code stem}. */
  static String stage(String block) {
    Matcher matcher = STAGE.matcher(block);
    if (matcher.matches()) {
      int number = Integer.parseInt(matcher.group(2));
      return "stage " + (matcher.group(1).startsWith("stages") ? number + 1 : number);
    }
    String first = block.split("\\.", 2)[0];
    return first.isEmpty() ? "other" : first.replace('_', ' ');
  }

  private static String operator(String operators, Node node) {
    if (node != null && node.operator() instanceof Conv2d convolution) {
      String kind =
          convolution.isDepthwise()
              ? "depthwise"
              : convolution.isPointwise() ? "pointwise" : "convolution";
      return String.format(
          Locale.ROOT, "%s %d×%d", kind, convolution.kernelHeight(), convolution.kernelWidth());
    }
    return operators.split("\\+", 2)[0];
  }
}
