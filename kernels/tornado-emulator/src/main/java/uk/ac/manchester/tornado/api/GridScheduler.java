package uk.ac.manchester.tornado.api;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The grids of a plan's tasks, by their full names, {@code graph.task}. */
public class GridScheduler {
  private final Map<String, WorkerGrid> grids = new ConcurrentHashMap<>();

  /** A scheduler without grids. */
  public GridScheduler() {}

  /** A scheduler with one grid. */
  public GridScheduler(String taskName, WorkerGrid workerGrid) {
    grids.put(taskName, workerGrid);
  }

  /** Adds the grid of a task. */
  public void addWorkerGrid(String taskName, WorkerGrid workerGrid) {
    grids.put(taskName, workerGrid);
  }

  /** The grid of a task, or null. */
  public WorkerGrid get(String taskName) {
    return grids.get(taskName);
  }

  /** Whether a task has a grid. */
  public boolean contains(String graphName, String taskName) {
    return grids.containsKey(graphName + "." + taskName);
  }

  /** The full names of all tasks with a grid. */
  public Set<String> keySet() {
    return grids.keySet();
  }
}
