package fastvit4j.runtime.tornado;

/**
 * What a way to compute a problem asks of a device, as far as it follows from the shapes.
 *
 * @param operations floating point operations, a multiply-add counted as two
 * @param matrixOperations those of them that tensor cores do
 * @param bytes bytes that must come from or go to the device's memory, each once
 * @param loadedBytes bytes that work-items load or store, however often, but for those in local
 *     memory: what caches serve
 * @param localBytes local memory of a work-group
 * @param groups work-groups of the largest launch
 * @param groupItems work-items of a group
 * @param launches kernels launched one after the other
 */
public record Cost(
    long operations,
    long matrixOperations,
    long bytes,
    long loadedBytes,
    long localBytes,
    long groups,
    long groupItems,
    int launches) {
  /** Both, one after the other. */
  Cost plus(Cost other) {
    return new Cost(
        operations + other.operations,
        matrixOperations + other.matrixOperations,
        bytes + other.bytes,
        loadedBytes + other.loadedBytes,
        Math.max(localBytes, other.localBytes),
        Math.max(groups, other.groups),
        Math.max(groupItems, other.groupItems),
        launches + other.launches);
  }

  /** The same with another number of bytes that are loaded or stored. */
  Cost withLoads(long other) {
    return new Cost(
        operations, matrixOperations, bytes, other, localBytes, groups, groupItems, launches);
  }

  /** The same with more operations: what is computed more than once. */
  Cost recomputing(long more) {
    return new Cost(
        operations + more,
        matrixOperations,
        bytes,
        loadedBytes,
        localBytes,
        groups,
        groupItems,
        launches);
  }

  /** The same with local memory. */
  Cost withLocal(long other) {
    return new Cost(
        operations, matrixOperations, bytes, loadedBytes, other, groups, groupItems, launches);
  }

  /** The same with so many of its operations on tensor cores. */
  Cost onMatrices(long other) {
    return new Cost(
        operations, other, bytes, loadedBytes, localBytes, groups, groupItems, launches);
  }
}
