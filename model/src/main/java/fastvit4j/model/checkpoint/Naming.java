package fastvit4j.model.checkpoint;

import java.util.Collection;

/** The two ways in which public checkpoints name FastViT's tensors. */
public enum Naming {
  /** timm's, for example {@code stages.0.blocks.0.mlp.fc1.weight}; the graph's own names. */
  TIMM,
  /** The original code's, for example {@code network.0.0.convffn.fc1.weight}. */
  ORIGINAL;

  /** The naming that these names follow, timm's where nothing speaks for the other. */
  public static Naming of(Collection<String> names) {
    return names.stream().anyMatch(OriginalNames::isOriginal) ? ORIGINAL : TIMM;
  }
}
