package fastvit4j.model.graph;

import fastvit4j.model.operator.Shape;

/**
 * What a node costs at a given input shape.
 *
 * @param node the node
 * @param output the shape of its output
 * @param macs multiply-accumulate operations
 * @param parameters trained numbers
 * @param bytesRead bytes of float32 activations read
 * @param bytesWritten bytes of float32 activations written
 */
public record NodeCost(
    Node node, Shape output, long macs, long parameters, long bytesRead, long bytesWritten) {}
