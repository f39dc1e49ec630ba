/** What models are built of: layers that add their nodes and take their tensors by name. */
package fastvit4j.model.layers;
