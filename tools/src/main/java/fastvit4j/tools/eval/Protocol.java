package fastvit4j.tools.eval;

import java.util.Locale;

/** How a data set is laid out and measured. */
public enum Protocol {
  /** Any class folders, or pictures with a list of their classes; all classes are asked for. */
  FOLDERS,
  /** The same, and the figures are compared with those published for ImageNet's validation set. */
  IMAGENET,
  /** ImageNet-A: the folders' classes alone are asked for. */
  IMAGENET_A,
  /** ImageNet-R: the folders' classes alone are asked for. */
  IMAGENET_R,
  /** ImageNet-Sketch: all classes are asked for. */
  IMAGENET_SKETCH,
  /** ImageNet-C: corruptions, severities and then class folders. */
  IMAGENET_C;

  /** Its name as users give it and the registry has it, for example {@code imagenet-a}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether this is one of the paper's robustness benchmarks, in its Table 7. */
  public boolean isRobustness() {
    return this != FOLDERS && this != IMAGENET;
  }

  /** Whether only the classes that there are folders of are asked for. */
  boolean isSubset() {
    return this == IMAGENET_A || this == IMAGENET_R;
  }
}
