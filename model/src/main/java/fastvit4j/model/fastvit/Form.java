package fastvit4j.model.fastvit;

/** The forms of a network that compute the same function. */
public enum Form {
  /** As trained: several branches with batch normalisation wherever the paper overparameterizes. */
  TRAIN,
  /**
   * The inference form as the public code publishes it: MobileOne blocks, RepMixers, patch
   * embeddings and the positional encoding folded into one convolution each; the ConvFFN's and the
   * attention's batch normalisation and all LayerScales left.
   */
  PUBLISHED,
  /** Everything folded that can be: no batch normalisation and no LayerScale left. */
  INFERENCE
}
