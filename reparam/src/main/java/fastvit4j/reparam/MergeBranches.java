package fastvit4j.reparam;

import fastvit4j.model.graph.Node;
import fastvit4j.model.operator.Add;
import fastvit4j.model.operator.BatchNorm;
import fastvit4j.model.operator.Conv2d;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Merges parallel branches into one convolution: a sum, nested in any way, of convolutions of the
 * same value with the same stride and groups, of batch normalisations of that value, and of the
 * value itself: {@code W' = Σ Wᵢ}, {@code b' = Σ bᵢ}. Smaller kernels are padded with zeros to the
 * largest; the value itself is a Dirac kernel within its group.
 *
 * <p>MobileOne's and RepVGG's blocks and FastViT's patch embeddings are of this kind, once the
 * batch normalisations behind their convolutions are folded.
 */
public final class MergeBranches extends RewritingPass {
  @Override
  public String description() {
    return "parallel branches: W' = Σ W, b' = Σ b, smaller kernels and the skip padded with zeros";
  }

  @Override
  boolean rewriteAt(Node root, GraphRewriter rewriter) {
    if (!(root.operator() instanceof Add)) {
      return false;
    }
    Sum sum = new Sum();
    sum.collect(root, rewriter);
    for (String leaf : sum.leaves) {
      Node node = rewriter.node(leaf);
      if (node != null && node.operator() instanceof Conv2d) {
        Branches branches = Branches.of(node.input(), sum.leaves, rewriter);
        if (branches != null) {
          merge(root, sum, branches, rewriter);
          return true;
        }
      }
    }
    return false;
  }

  private static void merge(Node root, Sum sum, Branches branches, GraphRewriter rewriter) {
    List<Node> region = new ArrayList<>(branches.nodes);
    region.addAll(sum.additions);
    List<Supplier<Kernel>> kernels = List.copyOf(branches.kernels);
    Supplier<Kernel> kernel =
        () -> kernels.stream().map(Supplier::get).reduce(Kernel::plus).orElseThrow();
    Node merged = Blocks.merged(root.block(), region, branches.largest, kernel, rewriter);
    rewriter.replace(region, root, merged, sum.leaves.size());
  }

  /** A tree of additions and what it adds. */
  private static final class Sum {
    private final List<Node> additions = new ArrayList<>();
    private final List<String> leaves = new ArrayList<>();

    void collect(Node addition, GraphRewriter rewriter) {
      additions.add(addition);
      for (String input : addition.inputs()) {
        Node node = rewriter.node(input);
        if (node != null && node.operator() instanceof Add && rewriter.isInternal(input)) {
          collect(node, rewriter);
        } else {
          leaves.add(input);
        }
      }
    }
  }

  /** Branches of one value whose kernels can be added. */
  private static final class Branches {
    private final List<Node> nodes = new ArrayList<>();
    private final List<Supplier<Kernel>> kernels = new ArrayList<>();
    private final List<Node> convolutions = new ArrayList<>();
    private Node largest;
    private boolean skips;

    /** The leaves as branches of {@code input}, or null if one of them is none. */
    static Branches of(String input, List<String> leaves, GraphRewriter rewriter) {
      Branches branches = new Branches();
      for (String leaf : leaves) {
        if (!leaf.equals(input) && !branches.addConvolution(input, rewriter.node(leaf), rewriter)) {
          return null;
        }
      }
      if (!branches.fit()) {
        return null;
      }
      Conv2d widest = (Conv2d) branches.largest.operator();
      for (String leaf : leaves) {
        branches.addSkip(input, leaf, rewriter, widest);
      }
      return !branches.skips || Windows.keepsShape(widest) ? branches : null;
    }

    /** Whether the node is a branch: a convolution, which is added, or a batch normalisation. */
    private boolean addConvolution(String input, Node node, GraphRewriter rewriter) {
      if (node == null
          || node.inputs().size() != 1
          || !node.input().equals(input)
          || !rewriter.isInternal(node.name())) {
        return false;
      }
      if (node.operator() instanceof Conv2d conv) {
        nodes.add(node);
        convolutions.add(node);
        kernels.add(() -> Kernel.of(conv));
      }
      return node.operator() instanceof Conv2d || node.operator() instanceof BatchNorm;
    }

    private void addSkip(String input, String leaf, GraphRewriter rewriter, Conv2d widest) {
      int channels = widest.inChannels();
      int groups = widest.groups();
      if (leaf.equals(input)) {
        skips = true;
        kernels.add(() -> Kernel.dirac(channels, groups));
      } else if (rewriter.node(leaf).operator() instanceof BatchNorm norm) {
        skips = true;
        nodes.add(rewriter.node(leaf));
        kernels.add(() -> Kernel.dirac(channels, groups).then(Affine.of(norm)));
      }
    }

    /** Finds the largest convolution and says whether the others fit into it. */
    private boolean fit() {
      for (Node candidate : convolutions) {
        Conv2d large = (Conv2d) candidate.operator();
        if (convolutions.stream().allMatch(node -> fits((Conv2d) node.operator(), large))) {
          largest = candidate;
          return true;
        }
      }
      return false;
    }

    private static boolean fits(Conv2d small, Conv2d large) {
      return Windows.centred(small, large)
          && small.groups() == large.groups()
          && small.outChannels() == large.outChannels();
    }
  }
}
