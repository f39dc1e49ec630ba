package fastvit4j.reparam;

import fastvit4j.model.graph.Node;
import fastvit4j.model.operator.Add;
import fastvit4j.model.operator.BatchNorm;
import fastvit4j.model.operator.Conv2d;
import fastvit4j.model.operator.LayerScale;
import fastvit4j.model.operator.Subtract;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Folds FastViT's RepMixer, {@code x + γ · (mixer(x) − norm(x))} with a depthwise convolution and a
 * batch normalisation, into one depthwise convolution: {@code W' = I + diag(γ) · (W_mixer −
 * W_norm)}, {@code b' = γ · (b_mixer − b_norm)}. Without a LayerScale, γ is one.
 */
public final class FoldRepMixer extends RewritingPass {
  @Override
  public String description() {
    return "x + γ (mixer(x) − norm(x)): W' = I + γ (W_mixer − W_norm), b' = γ (b_mixer − b_norm)";
  }

  @Override
  boolean rewriteAt(Node root, GraphRewriter rewriter) {
    if (!(root.operator() instanceof Add)) {
      return false;
    }
    String first = root.inputs().get(0);
    String second = root.inputs().get(1);
    return fold(root, first, second, rewriter) || fold(root, second, first, rewriter);
  }

  private static boolean fold(Node root, String x, String added, GraphRewriter rewriter) {
    Node scale = rewriter.isInternal(added) ? rewriter.node(added) : null;
    boolean scaled = scale != null && scale.operator() instanceof LayerScale;
    String difference = scaled ? scale.input() : added;
    if (!rewriter.isInternal(difference)
        || !(rewriter.node(difference).operator() instanceof Subtract)) {
      return false;
    }
    Node subtract = rewriter.node(difference);
    Node mixer = rewriter.node(subtract.inputs().get(0));
    Node norm = rewriter.node(subtract.inputs().get(1));
    if (!isBranch(mixer, x, rewriter)
        || !isBranch(norm, x, rewriter)
        || !(mixer.operator() instanceof Conv2d conv)
        || !conv.isDepthwise()
        || !Windows.keepsShape(conv)
        || !(norm.operator() instanceof BatchNorm batchNorm)) {
      return false;
    }
    LayerScale gamma = scaled ? (LayerScale) scale.operator() : null;
    List<Node> region = new ArrayList<>(List.of(mixer, norm, subtract, root));
    if (scaled) {
      region.add(scale);
    }
    Supplier<Kernel> kernel = () -> kernel(conv, batchNorm, gamma);
    Node merged = Blocks.merged(root.block(), region, mixer, kernel, rewriter);
    rewriter.replace(region, root, merged, 3);
    return true;
  }

  private static boolean isBranch(Node node, String x, GraphRewriter rewriter) {
    return node != null && node.inputs().equals(List.of(x)) && rewriter.isInternal(node.name());
  }

  private static Kernel kernel(Conv2d mixer, BatchNorm norm, LayerScale gamma) {
    Kernel norms = Kernel.dirac(mixer.inChannels(), mixer.groups()).then(Affine.of(norm));
    Kernel difference = Kernel.of(mixer).minus(norms);
    return Kernel.dirac(mixer.inChannels(), mixer.groups())
        .plus(gamma == null ? difference : difference.then(Affine.of(gamma)));
  }
}
