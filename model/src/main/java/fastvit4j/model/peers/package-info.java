/**
 * Models that FastViT's paper compares itself with, each a builder of graphs; nodes and tensors
 * have timm's names.
 */
package fastvit4j.model.peers;
