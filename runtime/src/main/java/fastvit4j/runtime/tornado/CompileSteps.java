package fastvit4j.runtime.tornado;

import fastvit4j.runtime.CompileListener;

/** Tells a listener, whatever happens in between, steps that add up. */
final class CompileSteps {
  private final CompileListener listener;
  private int total;
  private int done;
  private String current = "";

  CompileSteps(CompileListener listener) {
    this.listener = listener;
  }

  /** Says how many parts are still to come. */
  void expect(int parts) {
    total = done + parts;
  }

  /** A part begins. */
  void begin(String part) {
    current = part;
    listener.compiled(done, total, part);
  }

  /** The part has ended. */
  void done() {
    done++;
    if (done == total) {
      listener.compiled(done, total, current);
    }
  }
}
