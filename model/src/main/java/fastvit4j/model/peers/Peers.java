package fastvit4j.model.peers;

import fastvit4j.model.Architecture;
import fastvit4j.model.KnownModel;
import java.util.List;

/** The models beside FastViT, in the sizes that its paper compares itself with. */
public final class Peers {
  private static final int SIZE = 224;
  private static final int CLASSES = 1000;
  private static final List<Integer> NONE = List.of(0, 0, 0, 0);

  private static final List<KnownModel> ALL =
      List.of(
          mobileOne("s0", 48, List.of(48, 128, 256, 1024), 4, NONE, 0.875),
          mobileOne("s1", 64, List.of(96, 192, 512, 1280), 1, NONE, 0.9),
          mobileOne("s2", 64, List.of(96, 256, 640, 2048), 1, NONE, 0.9),
          mobileOne("s3", 64, List.of(128, 320, 768, 2048), 1, NONE, 0.9),
          mobileOne("s4", 64, List.of(192, 448, 896, 2048), 1, List.of(0, 0, 5, 1), 0.9),
          poolFormer("s12", List.of(64, 128, 320, 512), List.of(2, 2, 6, 2), 0.9),
          poolFormer("s24", List.of(64, 128, 320, 512), List.of(4, 4, 12, 4), 0.9),
          poolFormer("s36", List.of(64, 128, 320, 512), List.of(6, 6, 18, 6), 0.9),
          poolFormer("m36", List.of(96, 192, 384, 768), List.of(6, 6, 18, 6), 0.95),
          peer(new ResNet("resnet50", List.of(3, 4, 6, 3), CLASSES), 0.875),
          peer(new ResNet("resnet101", List.of(3, 4, 23, 3), CLASSES), 0.875),
          convNeXt("tiny", List.of(96, 192, 384, 768), List.of(3, 3, 9, 3)),
          convNeXt("small", List.of(96, 192, 384, 768), List.of(3, 3, 27, 3)),
          convNeXt("base", List.of(128, 256, 512, 1024), List.of(3, 3, 27, 3)),
          peer(new DeiT("deit_tiny_patch16_224", 3, CLASSES), 0.9),
          peer(new DeiT("deit_small_patch16_224", 6, CLASSES), 0.9),
          peer(new DeiT("deit_base_patch16_224", 12, CLASSES), 0.9));

  private Peers() {}

  /** All of them, by family. */
  public static List<KnownModel> all() {
    return ALL;
  }

  private static KnownModel mobileOne(
      String size,
      int stem,
      List<Integer> widths,
      int branches,
      List<Integer> squeezed,
      double crop) {
    return peer(
        new MobileOne("mobileone_" + size, stem, widths, branches, squeezed, CLASSES), crop);
  }

  private static KnownModel poolFormer(
      String size, List<Integer> dims, List<Integer> depths, double crop) {
    return peer(new PoolFormer("poolformer_" + size, dims, depths, CLASSES), crop);
  }

  private static KnownModel convNeXt(String size, List<Integer> dims, List<Integer> depths) {
    return peer(new ConvNeXt("convnext_" + size, dims, depths, CLASSES), 0.875);
  }

  private static KnownModel peer(Architecture architecture, double crop) {
    return new KnownModel(architecture, SIZE, crop, null);
  }
}
