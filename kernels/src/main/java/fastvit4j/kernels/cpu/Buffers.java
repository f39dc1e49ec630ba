package fastvit4j.kernels.cpu;

import java.lang.foreign.MemorySegment;

/**
 * What a kernel reads and writes: off-heap, float32, NHWC, in the machine's own byte order. The
 * output must not overlap anything else. The memory must stay alive while the kernel runs, which
 * nothing checks.
 *
 * @param input the first input
 * @param second the second input of an operator that has two, else null
 * @param residual what the epilogue adds, or null
 * @param output the output
 * @param workspace memory shared by all units of one run, {@link CpuKernel#workspaceBytes()}, or
 *     null if that is 0
 */
public record Buffers(
    MemorySegment input,
    MemorySegment second,
    MemorySegment residual,
    MemorySegment output,
    MemorySegment workspace) {}
