package fastvit4j.reparam;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.graph.NodeCost;
import fastvit4j.model.operator.Shape;
import fastvit4j.reparam.Reparameterization.Step;
import fastvit4j.reparam.Reparameterization.Trace;
import fastvit4j.reparam.Verification.PassDifferences;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * What a reparameterization saved, pass by pass and block by block, and how exactly.
 *
 * @param model the network's name
 * @param input the shape that MACs and bytes are counted at
 * @param before the network before the first pass
 * @param after the network after the last
 * @param passes what each pass changed
 * @param verification what computing both showed, or null if nobody did
 */
public record Report(
    String model,
    Shape input,
    Cost before,
    Cost after,
    List<PassRow> passes,
    Verification verification) {
  /** Copies the list. */
  public Report {
    passes = List.copyOf(passes);
  }

  /**
   * One pass.
   *
   * @param pass its name
   * @param description what it does
   * @param before the whole network before it
   * @param after the whole network after it
   * @param error the output that the pass moved most, or null where not verified or nothing changed
   * @param blocks where it changed something
   */
  public record PassRow(
      String pass,
      String description,
      Cost before,
      Cost after,
      Difference error,
      List<BlockRow> blocks) {
    /** Copies the list. */
    public PassRow {
      blocks = List.copyOf(blocks);
    }
  }

  /**
   * What one pass changed in one block.
   *
   * @param block the block's name
   * @param branchesBefore parallel branches of the nodes that went
   * @param branchesAfter the nodes that came, one for each fold
   * @param before the nodes that went
   * @param after the nodes that came
   * @param error the value that moved most, or null where not verified
   */
  public record BlockRow(
      String block,
      int branchesBefore,
      int branchesAfter,
      Cost before,
      Cost after,
      Difference error) {

    private BlockRow plus(BlockRow other) {
      return new BlockRow(
          block,
          branchesBefore + other.branchesBefore,
          branchesAfter + other.branchesAfter,
          before.plus(other.before),
          after.plus(other.after),
          error == null ? null : Verification.worst(List.of(error, other.error)));
    }
  }

  /** The report of a reparameterization that nobody verified. */
  public static Report of(Trace trace, Shape input) {
    return of(trace, input, null);
  }

  /**
   * The report of a reparameterization.
   *
   * @param trace what was done
   * @param input the shape that MACs and bytes are counted at
   * @param verification what {@link Verifier#verify} found for this trace, or null
   */
  public static Report of(Trace trace, Shape input, Verification verification) {
    List<PassRow> rows = new ArrayList<>();
    int verified = 0;
    for (Step step : trace.steps()) {
      boolean compared = verification != null && !step.folds().isEmpty();
      rows.add(row(step, input, compared ? verification.passes().get(verified++) : null));
    }
    return new Report(
        trace.before().name(),
        input,
        Cost.of(trace.before().costs(input)),
        Cost.of(trace.after().costs(input)),
        rows,
        verification);
  }

  /** The report as JSON, indented. */
  public String toJson() {
    return JsonReport.of(this);
  }

  /** The report as a page that needs nothing else. */
  public String toHtml() {
    return HtmlReport.of(this);
  }

  private static PassRow row(Step step, Shape input, PassDifferences differences) {
    Map<String, NodeCost> before = costs(step.before(), input);
    Map<String, NodeCost> after = costs(step.after(), input);
    SequencedMap<String, BlockRow> blocks = new LinkedHashMap<>();
    for (int i = 0; i < step.folds().size(); i++) {
      Fold fold = step.folds().get(i);
      Difference error = differences == null ? null : differences.folds().get(i);
      List<NodeCost> removed =
          fold.removed().stream().map(node -> before.get(node.name())).toList();
      Cost added = Cost.of(List.of(after.get(fold.added().name())));
      BlockRow row = new BlockRow(fold.block(), fold.branches(), 1, Cost.of(removed), added, error);
      blocks.merge(fold.block(), row, BlockRow::plus);
    }
    return new PassRow(
        step.pass().name(),
        step.pass().description(),
        Cost.of(before.values()),
        Cost.of(after.values()),
        differences == null ? null : Verification.worst(differences.outputs()),
        inOrder(step.after(), blocks));
  }

  /** Blocks in the order of the network. */
  private static List<BlockRow> inOrder(Graph graph, Map<String, BlockRow> blocks) {
    return graph.nodes().stream()
        .map(node -> blocks.get(node.block()))
        .filter(row -> row != null)
        .distinct()
        .toList();
  }

  private static Map<String, NodeCost> costs(Graph graph, Shape input) {
    Map<String, NodeCost> costs = new LinkedHashMap<>();
    graph.costs(input).forEach(cost -> costs.put(cost.node().name(), cost));
    return costs;
  }
}
