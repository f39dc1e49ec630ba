package fastvit4j.reparam;

import fastvit4j.model.Model;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.graph.Graph;
import java.util.ArrayList;
import java.util.List;

/**
 * A sequence of passes that turns a network into an equivalent, cheaper form. It starts from the
 * train form or from any form that is partly folded; what is folded already is left as it is.
 *
 * <pre>{@code
 * Model fused = Reparameterization.full().apply(model);
 * }</pre>
 *
 * @param form what comes out
 * @param passes what is done, in order
 */
public record Reparameterization(Form form, List<Pass> passes) {
  /** Copies the list. */
  public Reparameterization {
    passes = List.copyOf(passes);
  }

  /** To the inference form of the public code: {@link Form#PUBLISHED}. */
  public static Reparameterization published() {
    return new Reparameterization(
        Form.PUBLISHED,
        List.of(
            FoldBatchNorm.inBranches(),
            new FoldPositionalEncoding(),
            new MergeBranches(),
            new FoldRepMixer()));
  }

  /** Everything that can be folded: {@link Form#INFERENCE}. */
  public static Reparameterization full() {
    return new Reparameterization(
        Form.INFERENCE,
        List.of(
            FoldBatchNorm.everywhere(),
            new FoldPositionalEncoding(),
            new MergeBranches(),
            new FoldRepMixer(),
            new FoldNormIntoProjection(),
            new FoldLayerScale()));
  }

  /** The same network in this form; its new tensors are float64, computed when first read. */
  public Graph apply(Graph graph) {
    return trace(graph).after();
  }

  /** The same model in this form, or in the one it has, if that is folded further. */
  public Model apply(Model model) {
    Form reached = model.form().compareTo(form) > 0 ? model.form() : form;
    return model.withGraph(apply(model.graph()), reached);
  }

  /** Applies the passes and keeps what each one did. */
  public Trace trace(Graph graph) {
    List<Step> steps = new ArrayList<>();
    Graph current = graph;
    for (Pass pass : passes) {
      Rewrite rewrite = pass.apply(current);
      steps.add(new Step(pass, current, rewrite.graph(), rewrite.folds()));
      current = rewrite.graph();
    }
    return new Trace(graph, current, steps);
  }

  /**
   * One pass as it was applied.
   *
   * @param pass the pass
   * @param before the graph it was given
   * @param after the graph it made
   * @param folds where they differ
   */
  public record Step(Pass pass, Graph before, Graph after, List<Fold> folds) {}

  /**
   * A reparameterization as it was done.
   *
   * @param before the graph it started from
   * @param after the graph it ended with
   * @param steps the passes between them
   */
  public record Trace(Graph before, Graph after, List<Step> steps) {
    /** Copies the list. */
    public Trace {
      steps = List.copyOf(steps);
    }
  }
}
