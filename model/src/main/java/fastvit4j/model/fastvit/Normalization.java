package fastvit4j.model.fastvit;

/** The normalisation before a block's token mixer, and inside its ConvFFN. */
public enum Normalization {
  /** Batch normalisation, which folds into its neighbours. */
  BATCH,
  /** Layer normalisation over the channels, which does not fold: the paper's ablation. */
  LAYER
}
