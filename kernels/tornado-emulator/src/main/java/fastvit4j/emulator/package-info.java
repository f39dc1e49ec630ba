/**
 * An emulation of TornadoVM on the JVM, for tests and for stepping through kernels in a debugger.
 *
 * <p>The packages {@code uk.ac.manchester.tornado.api} of this module declare the part of
 * TornadoVM's API that the project uses, with TornadoVM's names and signatures; this package
 * executes what is built with them. Where a JVM is started with a TornadoVM SDK, the SDK's named
 * module {@code tornado.api} provides those packages and nothing of this module is used, whether or
 * not its jar is on the class path.
 *
 * <h2>What it is strict about</h2>
 *
 * Everything that follows is a {@link fastvit4j.emulator.KernelFault}, even where a device of today
 * would happen to do what was meant:
 *
 * <ul>
 *   <li>a graph or plan has its own device memory. What is not transferred, written by a task or
 *       consumed from the graph before is not there, nor is what an execution left behind, except
 *       for what was transferred in the first execution. An array that the first task using it only
 *       writes is not transferred, as TornadoVM omits that;
 *   <li>transfers to the device stand before the tasks that need them, transfers to the host
 *       behind; a chain of graphs is executed one graph at a time, each consuming from the one
 *       before;
 *   <li>indices are within bounds, in buffers, local arrays and private arrays;
 *   <li>an element that is read was written: in private arrays too, which not every device zeroes;
 *   <li>two work-items of a launch do not write the same element of a buffer, and do not read what
 *       another writes unless a {@code globalBarrier} of their group lies between; in local memory,
 *       a {@code localBarrier};
 *   <li>a graph is asked to be captured as a CUDA graph before it is first executed, and one that
 *       is captured is neither profiled nor given other grids;
 *   <li>every work-item of a group reaches the same barriers, and every work-item of a warp, 32
 *       neighbours in x, the same loads, products and stores of matrix fragments; those are
 *       multiplied by the layouts of PTX's {@code mma.m16n8k16}, see {@code Fragments};
 *   <li>groups divide their grid, have at most 256 work-items and at most 32 KiB of local memory,
 *       and matter to a kernel only if the grid fixes their size;
 *   <li>a kernel uses no arrays from outside of it, hands no local array to another method, has one
 *       nest of at most three {@code @Parallel} loops, and is not named like a word of C.
 * </ul>
 *
 * <h2>How it runs kernels</h2>
 *
 * Kernels run in an instrumented copy of their class, loaded from the same class file, so that
 * accesses to local and private arrays are seen, and which iteration of a {@code @Parallel} loop
 * runs; see {@code KernelInstrumenter}. Kernels with a {@code KernelContext} run once for each
 * work-item. Where no barrier is reached, and no fragment, they do so one after the other;
 * otherwise the work-items of a group are virtual threads that take turns. {@code @Parallel} loops
 * run as written, in order, each iteration of the innermost a work-item. A launch always runs in
 * the same order.
 *
 * <p>Breakpoints in a kernel's source work. To learn what a method reference refers to, a task
 * enters its kernel once with null arrays when it is added to a graph: a debugger may stop there
 * first. Tools that identify classes by their bytes, as code coverage does, take the instrumented
 * copy for another class; {@code -Dfastvit4j.emulator.instrument=false} runs the kernels' own
 * classes, with buffers and barriers checked, but neither local and private arrays nor
 * {@code @Parallel} loops.
 *
 * <p>Not looked for: arrays that a class outside the kernel's jar or folder uses, what a kernel
 * does whose loops were empty when the task was added (it runs, with fewer checks), races on
 * parameters that are annotated with {@code @Reduce}, and whether TornadoVM can compile a kernel at
 * all.
 */
package fastvit4j.emulator;
