package fastvit4j.runtime.tornado;

import java.util.List;
import java.util.function.Function;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.WorkerGrid;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * One kernel launch of a plan, before it is bound to buffers.
 *
 * @param name unique in the plan, also the task's name in its TaskGraph
 * @param step the index of the step that it is part of
 * @param kernel the kernel's name, for reports and error messages
 * @param reads values read, the network's input among them
 * @param write the value written
 * @param elements elements of that value
 * @param constants weights, which go to the device once
 * @param grid the launch grid, or null where the runtime derives it from the kernel's parallel
 *     loops
 * @param adder adds the task to a graph
 */
record LoweredTask(
    String name,
    int step,
    String kernel,
    List<String> reads,
    String write,
    int elements,
    List<FloatArray> constants,
    WorkerGrid grid,
    Adder adder) {
  /** Adds a task to a graph, looking up the buffers of its values. */
  interface Adder {
    void add(TaskGraph graph, String task, Function<String, FloatArray> buffers);
  }
}
