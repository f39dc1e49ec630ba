package fastvit4j.runtime.tornado;

/**
 * What a way to compute a problem asks of a device, as far as it follows from the shapes.
 *
 * @param operations floating point operations, a multiply-add counted as two
 * @param bytes bytes that must come from or go to the device's memory
 * @param localBytes local memory of a work-group
 * @param groups work-groups, of all launches
 * @param groupItems work-items of a group
 * @param launches kernels launched one after the other
 */
record Cost(
    long operations, long bytes, long localBytes, long groups, long groupItems, int launches) {}
