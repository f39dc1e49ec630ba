package fastvit4j.runtime.event;

import fastvit4j.runtime.Session;
import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** One step of a run, for Java Flight Recorder. */
@Name("fastvit4j.Step")
@Label("Step")
@Category("FastViT4J")
@StackTrace(false)
public final class StepEvent extends Event {
  /** The step's name. */
  @Label("Step")
  public String step;

  /** The paper's block. */
  @Label("Block")
  public String block;

  /** What is computed. */
  @Label("Operators")
  public String operators;

  /** The kernel that computes it. */
  @Label("Kernel")
  public String kernel;

  /** The output's shape. */
  @Label("Output")
  public String output;

  /** Multiply-accumulate operations. */
  @Label("MACs")
  public long macs;

  /** Describes the step. */
  public void describe(Session.Step of) {
    step = of.name();
    block = of.block();
    operators = of.operators();
    kernel = of.kernel();
    output = of.output().toString();
    macs = of.macs();
  }
}
