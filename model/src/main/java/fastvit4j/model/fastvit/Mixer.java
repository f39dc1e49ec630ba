package fastvit4j.model.fastvit;

/** What mixes tokens in a stage's blocks. */
public enum Mixer {
  /** FastViT's reparameterizable depthwise convolution (section 3.2 of the paper). */
  REPMIXER,
  /** Multi-head self-attention with heads of 32 channels. */
  ATTENTION,
  /** 3×3 average pooling minus the identity, as in PoolFormer: the paper's baseline. */
  POOLING
}
