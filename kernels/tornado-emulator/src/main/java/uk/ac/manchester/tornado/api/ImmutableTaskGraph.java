package uk.ac.manchester.tornado.api;

import fastvit4j.emulator.GraphSteps;

/** A task graph that no longer changes; a plan executes it. */
public class ImmutableTaskGraph {
  private final GraphSteps steps;

  ImmutableTaskGraph(GraphSteps steps) {
    this.steps = steps;
  }

  GraphSteps steps() {
    return steps;
  }
}
