package fastvit4j.runtime.tornado;

import uk.ac.manchester.tornado.api.TaskGraph;

/** Puts a task that calls a kernel's method into a graph. */
interface TaskAdder {
  void add(TaskGraph graph, String task, Arguments arguments);
}
